import type * as z from 'zod/mini'
import * as api from '../../shared/api/held/parked-groups.ts'
import { missingShape } from '../../shared/api/pricing/missing-price.ts'
import { parkedShelfOf } from '../../shared/held/held-event.ts'
import { SHELVES_A_READ } from '../../shared/held/io/held-table.ts'
import { type ParkedGroup, readParkedGroup } from '../../shared/held/io/parked-group.ts'
import { fitting } from '../../shared/http/fitting.ts'
import type { Served } from '../../shared/http/serve.ts'
import { cardInForce } from '../../shared/pricing/cards/catalogue.ts'
import type { RateCard } from '../../shared/pricing/cards/rate-card.ts'
import { type Services, serve } from './services.ts'

/** For one more group. */
const RESERVE_MS = 8000

const listParkedGroups = serve(api.listParkedGroups, async ({ query: { after: first } }, { services, tools }) => {
  const shelves = await services.held.shelvesFrom('parked', first)
  const cards = await services.cards.all(tools.now())
  const hasTime = (): boolean => tools.remainingMs() >= RESERVE_MS
  const card = cardInForce(cards, tools.now())
  const found: { readonly shelf: string; readonly group: z.infer<typeof api.groupSchema> }[] = []
  let last = first
  for (const shelf of shelves.filter((name) => name !== first)) {
    if (found.length === api.MOST || !hasTime()) break
    const group = await readParkedGroup(services.held, shelf, { cards }, { now: tools.now(), hasTime })
    last = shelf
    if (group !== undefined) found.push({ shelf, group: groupShape(shelf, group, card) })
  }
  const shown = fitting(found)
  if (shown.length < found.length) last = shown.at(-1)?.shelf
  const isAll = last === shelves.at(-1) || shelves.length === 0
  const next = isAll && shelves.length < SHELVES_A_READ ? undefined : last
  const groups = shown.map(({ group }) => group)
  return { status: 200, body: { groups, next: api.paging.next(next) } }
})

function groupShape(
  shelf: string,
  { missing, ...group }: ParkedGroup,
  card: RateCard | undefined,
): z.infer<typeof api.groupSchema> {
  const { service, meter } = parkedShelfOf(shelf)
  const meant = (name: string): string => card?.meant(name, undefined) ?? ''
  return { service, meter, ...group, missing: missing.map((part) => missingShape(part, service, meant)) }
}

export const parkedGroupHandlers: readonly Served<Services>[] = [listParkedGroups]
