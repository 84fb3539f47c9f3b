import { encodeBody } from '../../page/body.ts'
import type { PageContent } from '../../page/next-page.ts'
import { PAGE_BODY_BYTES } from '../../page/page-bounds.ts'
import { bodyHash } from '../../page/page-hash.ts'
import type { CommitPorts } from './commit-ports.ts'
import { pack } from './pack.ts'
import type { Settled } from './pending.ts'

/** Entries packed for a page, wherever it will stand. */
export interface PackedPage<R> {
  readonly claims: readonly Settled<R>[]
  readonly content: PageContent
}

/**
 * Packs as many of the chosen as a page's body holds: half of them until they fit.
 *
 * @param last what was packed for the page that just lost its race: packed and hashed once, if the choice is the same
 */
export function packPage<R>(
  ports: CommitPorts,
  account: string,
  chosen: readonly Settled<R>[],
  last: PackedPage<R> | undefined,
): PackedPage<R> {
  if (last !== undefined && isSameChoice(last, chosen)) return last
  const entries = chosen.map((one) => one.entry)
  const body = pack(encodeBody(entries))
  if (body.length > PAGE_BODY_BYTES && chosen.length > 1) {
    return packPage(ports, account, chosen.slice(0, Math.ceil(chosen.length / 2)), last)
  }
  const content = { account, entries, body, bodyHash: bodyHash(body), writtenAt: ports.now(), nonce: ports.nonce() }
  return { claims: chosen, content }
}

/** An entry that was settled again may be another one. */
const isSameChoice = <R>({ claims, content }: PackedPage<R>, chosen: readonly Settled<R>[]): boolean =>
  claims.length === chosen.length &&
  chosen.every((one, place) => one === claims[place] && one.entry === content.entries[place])
