import * as z from 'zod/mini'
import type { RateCard } from '../../../shared/rates/rate-card.ts'
import { READS_A_CALL, shelvesFrom } from '../../../shared/store/held-listing.ts'
import { parkedShelfOf, type ShelfSummary, summarizeShelf } from '../../../shared/store/parked-shelf.ts'
import { nothing, type Operation, reading } from '../operation.ts'
import { described } from '../shapes/described.ts'
import { cursorOf, nextSchema, pagingSchema } from '../shapes/paging.ts'
import { timeSchema } from '../shapes/time.ts'

const MOST = 50

const groupSchema = z
  .object({
    service: z.string(),
    meter: described(z.string(), 'The first of its meters without a price'),
    count: z.int(),
    isAtLeast: described(z.boolean(), 'There are so many that they were not counted to the end'),
    first: timeSchema,
    last: timeSchema,
    hasPrice: described(
      z.boolean(),
      'A published card has a rate by now: what it covers is charged within two minutes',
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
    'How many events wait for a price, and of which times. Publish a card with a rate for it, with `effectiveFrom` in the past where there was none: they are charged by themselves then, at the price of their own time.',
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
    const groups: z.infer<typeof groupSchema>[] = []
    let last = first
    for (const shelf of shelves.filter((name) => name !== first)) {
      if (groups.length === MOST || tools.remainingMs() < RESERVE_MS) break
      const summary = await summarizeShelf(services.held, shelf)
      last = shelf
      if (summary !== undefined) groups.push(groupShape(shelf, summary, cards))
    }
    const isAll = last === shelves.at(-1) || shelves.length === 0
    const next = isAll && shelves.length < READS_A_CALL ? undefined : last
    return { status: 200, body: { groups, ...(next !== undefined && { next: cursor.write(next) }) } }
  },
})

function groupShape(shelf: string, summary: ShelfSummary, cards: readonly RateCard[]): z.infer<typeof groupSchema> {
  const { service, meter } = parkedShelfOf(shelf)
  return { service, meter, ...summary, hasPrice: cards.some((card) => card.mayPrice(service, meter)) }
}

export const parkedGroupOperations: readonly Operation[] = [listParkedGroups]
