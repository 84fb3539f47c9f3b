import type { Finding } from '../../../shared/ledger/verify/verify-finding.ts'

/** A finding and where it was made. */
export interface Violation extends Finding {
  readonly account: string
  /** Absent where it concerns the account. */
  readonly page?: number
}

const SHOWN_CHARACTERS = 300

/** `acme page 7 entry 3: price: expected 2.6533 credits by version 1, found 2.7 credits by version 1`. */
export function violationLine({ account, page, entry, check, expected, found }: Violation): string {
  const place = [
    account,
    ...(page === undefined ? [] : [`page ${page}`]),
    ...(entry === undefined ? [] : [`entry ${entry}`]),
  ]
  return `${place.join(' ')}: ${check}: expected ${shown(expected)}, found ${shown(found)}`
}

/** What stands in a damaged log may hold anything; a terminal gets it without control characters, and short. */
function shown(text: string): string {
  const clean = text.replaceAll(/\p{C}/gu, '�')
  return clean.length > SHOWN_CHARACTERS ? `${clean.slice(0, SHOWN_CHARACTERS)}…` : clean
}
