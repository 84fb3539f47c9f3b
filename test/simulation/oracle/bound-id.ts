import { hash } from 'node:crypto'

const bindings = new Map<string, string>()

/** The first 24 bits of SHA-256(source ‖ 0 ‖ account). */
function bindingOf(source: string, account: string): string {
  const name = `${source}\0${account}`
  const known = bindings.get(name) ?? hash('sha256', name).slice(0, 6)
  bindings.set(name, known)
  return known
}

/**
 * An account-bound id (contracts, "Usage event"), put together bit by bit once more: the publishers of the simulation
 * and its reader of pages share it, the product does not.
 *
 * @param random 13 hex digits, of which the first is 0 to 3
 */
export function boundId(source: string, account: string, time: number, random: string): string {
  const stamp = time.toString(16).padStart(12, '0')
  const binding = bindingOf(source, account)
  const low = (0x8000 | (Number.parseInt(binding.slice(3), 16) << 2) | Number.parseInt(random[0]!, 16)).toString(16)
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-8${binding.slice(0, 3)}-${low}-${random.slice(1)}`
}

/** The key of an identity's marker (contracts, "Tables"). */
export const markerKey = (source: string, id: string): string =>
  Buffer.from(hash('sha256', `usage\0${source}\0${id}`, 'buffer').subarray(0, 16)).toString('base64url')
