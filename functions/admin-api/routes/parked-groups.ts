import * as z from 'zod/mini'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import { timeSchema } from '../../../shared/api/fields/time.ts'
import { missingFields, missingShape } from '../../../shared/api/pricing/missing-price.ts'
import { READS_A_CALL, shelvesFrom } from '../../../shared/held/io/held-listing.ts'
import { type ParkedGroup, readParkedGroup } from '../../../shared/held/io/parked-group.ts'
import { parkedShelfOf } from '../../../shared/held/io/parked-shelf.ts'
import { described } from '../../../shared/http/described.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import { nothing, type Operation, reading } from '../../../shared/http/operation.ts'
import { cardInForce } from '../../../shared/pricing/cards/catalogue.ts'
import type { RateCard } from '../../../shared/pricing/cards/rate-card.ts'
import { didYouMeanService } from '../../../shared/pricing/charge/did-you-mean-service.ts'

const MOST = 50

const groupSchema = z
  .object({
    service: z.string(),
    meter: described(z.string(), 'The first meter without a price when its events were parked'),
    missing: described(
      z.array(z.object(missingFields).check(z.meta({ id: 'MissingPart' }))),
      'Each part that some event has no price for by now, at its own time: publish these',
    ),
    count: z.int(),
    isAtLeast: described(
      z.boolean(),
      'There are so many that not all were looked at; then `hasPrice` is false, and `missing` is of those that were',
    ),
    first: timeSchema,
    last: timeSchema,
    hasPrice: described(
      z.boolean(),
      'Every event of the group has a price for every part by now, at its own time: all are charged within two minutes',
    ),
  })
  .check(z.meta({ id: 'ParkedGroup' }))

const cursor = cursorOf('groups', z.string())

/** For one more group. */
const RESERVE_MS = 8000

const listParkedGroups = reading({
  operationId: 'listParkedGroups',
  tag: 'Held events',
  summary: 'Show which usage has no price, by service and meter',
  description:
    'How many events wait for a price, of which times, and for what. Publish a card with rates or an alias for it, with `effectiveFrom` in the past: it gives prices to usage that had no whole price, and changes none. They are charged by themselves then, at the price of their own time.',
  params: nothing,
  query: z.pick(pagingSchema(MOST, MOST), { after: true }),
  answers: [
    {
      status: 200,
      description: 'Groups, by name; fewer than all when `next` is there',
      schema: z.object({ groups: z.array(groupSchema), next: nextSchema }),
      example: {
        groups: [
          {
            service: 'openai/gpt-9',
            meter: 'input_tokens',
            missing: [
              {
                service: 'openai/gpt-9',
                meter: 'input_tokens',
                reason: 'rate.missing',
                detail: 'no price for input_tokens of openai/gpt-9, which no rate names',
              },
            ],
            count: 1204,
            isAtLeast: false,
            first: '2026-11-23T10:15:30.123Z',
            last: '2026-11-24T07:59:12.001Z',
            hasPrice: false,
          },
        ],
      },
    },
  ],
  problems: [],
  handle: async ({ query: { after } }, { services, tools }) => {
    const first = after && cursor.read(after)
    const shelves = await shelvesFrom(services.held, 'parked', first)
    const cards = await services.cards.all(tools.now())
    const hasTime = (): boolean => tools.remainingMs() >= RESERVE_MS
    const card = cardInForce(cards, tools.now())
    const found: { readonly shelf: string; readonly group: z.infer<typeof groupSchema> }[] = []
    let last = first
    for (const shelf of shelves.filter((name) => name !== first)) {
      if (found.length === MOST || !hasTime()) break
      const group = await readParkedGroup(services.held, shelf, { cards }, { now: tools.now(), hasTime })
      last = shelf
      if (group !== undefined) found.push({ shelf, group: groupShape(shelf, group, card) })
    }
    const shown = fitting(found)
    if (shown.length < found.length) last = shown.at(-1)?.shelf
    const isAll = last === shelves.at(-1) || shelves.length === 0
    const next = isAll && shelves.length < READS_A_CALL ? undefined : last
    const groups = shown.map(({ group }) => group)
    return { status: 200, body: { groups, ...(next !== undefined && { next: cursor.write(next) }) } }
  },
})

function groupShape(
  shelf: string,
  { missing, ...group }: ParkedGroup,
  card: RateCard | undefined,
): z.infer<typeof groupSchema> {
  const { service, meter } = parkedShelfOf(shelf)
  const meant = (name: string): string => didYouMeanService(card, name, undefined)
  return { service, meter, ...group, missing: missing.map((part) => missingShape(part, service, meant)) }
}

export const parkedGroupOperations: readonly Operation[] = [listParkedGroups]
