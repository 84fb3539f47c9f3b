/** A value as it goes over the wire: exactly one of these; bytes are base64. */
interface WireValue {
  readonly S?: string
  readonly N?: string
  readonly B?: string
  readonly BOOL?: boolean
  readonly NULL?: boolean
  readonly SS?: readonly string[]
  readonly NS?: readonly string[]
  readonly BS?: readonly string[]
  readonly L?: readonly WireValue[]
  readonly M?: WireItem
}

export type WireItem = Readonly<Record<string, WireValue>>

/** AWS, "DynamoDB item sizes and formats": a list or map takes so many bytes beside its content, each element one more. */
const DOCUMENT_BYTES = 3
const ELEMENT_BYTES = 1

/**
 * Bytes of an item by DynamoDB's documented rules: names and values, in UTF-8.
 *
 * The 100 bytes that storage takes beside each item are not in it: they are not written units.
 */
export function itemSize(item: WireItem): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0)
}

function valueSize(value: WireValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S)
  if (value.N !== undefined) return numberSize(value.N)
  if (value.B !== undefined) return bytesSize(value.B)
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (value.NS !== undefined) return value.NS.reduce((sum, digits) => sum + numberSize(digits), 0)
  if (value.BS !== undefined) return value.BS.reduce((sum, bytes) => sum + bytesSize(bytes), 0)
  if (value.L !== undefined) {
    return value.L.reduce((sum, element) => sum + ELEMENT_BYTES + valueSize(element), DOCUMENT_BYTES)
  }
  if (value.M !== undefined) {
    return Object.entries(value.M).reduce(
      (sum, [name, element]) => sum + ELEMENT_BYTES + Buffer.byteLength(name) + valueSize(element),
      DOCUMENT_BYTES,
    )
  }
  throw new TypeError(`an attribute of no known type: ${JSON.stringify(value)}`)
}

const bytesSize = (base64: string): number => Buffer.byteLength(base64, 'base64')

/** One byte for two significant digits, one beside them, one for a minus; digits pair up from the point outwards. */
function numberSize(digits: string): number {
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.')
  const wholeDigits = whole.replace(/^0+/, '')
  const pairs = `${wholeDigits.length % 2 === 1 ? '0' : ''}${wholeDigits}${fraction}${fraction.length % 2 === 1 ? '0' : ''}`
  const significant = pairs.replace(/^(?:00)+/, '').replace(/(?:00)+$/, '')
  return significant.length / 2 + 1 + (digits.startsWith('-') ? 1 : 0)
}
