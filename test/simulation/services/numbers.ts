import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { HarnessError } from '../engine/network.ts'

/** AWS: a number has up to 38 digits. */
const DIGITS = 38

/** Numbers as DynamoDB keeps them: 1.50 comes back as 1.5, and 39 digits are refused. */
export function canonicalNumbers(item: Record<string, AttributeValue>): Record<string, AttributeValue> {
  for (const value of Object.values(item)) canonical(value)
  return item
}

function canonical(value: AttributeValue): void {
  if (value.N !== undefined) (value as { N: string }).N = canonicalNumber(value.N)
  else if (value.L !== undefined) for (const one of value.L) canonical(one)
  else if (value.M !== undefined) canonicalNumbers(value.M)
}

function canonicalNumber(text: string): string {
  const match = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text)
  if (match === null) throw new HarnessError(`no number for DynamoDB: ${text}`)
  const [, sign = '', whole = '', fraction = ''] = match
  const digits = (whole + fraction).replace(/^0+/, '').replace(/0+$/, '')
  if (digits.length > DIGITS) throw new HarnessError(`more than ${DIGITS} digits: ${text}`)
  if (digits === '') return '0'
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}
