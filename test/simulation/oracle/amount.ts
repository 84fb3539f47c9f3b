/** Exact amounts of the oracle: whole numbers of 10^-30, by BigInt. Nothing of the product's arithmetic. */
export type Amount = bigint

const DECIMALS = 30
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,30}))?$/

export function amount(text: string): Amount {
  const match = DECIMAL.exec(text)
  if (match === null) throw new Error(`no decimal: ${text}`)
  const [, sign = '', whole = '', fraction = ''] = match
  return BigInt(sign + whole + fraction.padEnd(DECIMALS, '0'))
}

export function amountText(value: Amount): string {
  const digits = (value < 0n ? -value : value).toString().padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`
}

/** A decimal without what says nothing: `5.10` is `5.1`. */
export const canonical = (text: string): string => amountText(amount(text))
