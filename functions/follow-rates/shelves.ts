import { shelvesFrom } from '../../shared/held/io/held-listing.ts'
import type { HeldShelves } from '../../shared/held/io/held-record.ts'

/** Names of all shelves of parked events, from one on, in order. */
export async function* shelves(table: HeldShelves, first: string | undefined): AsyncGenerator<string> {
  let last: string | undefined
  for (;;) {
    const names = (await shelvesFrom(table, 'parked', last ?? first)).filter((name) => name !== last)
    yield* names
    if (names.length === 0) return
    last = names.at(-1)
  }
}
