import * as z from 'zod/mini'
import { modelsOf } from '../../../shared/rates/models.ts'
import { nameSchema } from '../../../shared/usage/text.ts'
import { nothing, type Operation, reading } from '../operation.ts'
import { described } from '../shapes/described.ts'
import { modelSchema, modelShape } from '../shapes/model.ts'
import { cursorOf, nextSchema, pagingSchema } from '../shapes/paging.ts'

const MOST = 1000
const USUAL = 100

const cursor = cursorOf('models', z.string())

const listModels = reading({
  operationId: 'listModels',
  tag: 'Rate cards',
  summary: 'List models and services with their prices',
  description:
    'Every service that has prices of its own, by name: in force, and announced. Exact, in euros for what people know: a million tokens or characters, one of anything else.',
  params: nothing,
  query: z.extend(pagingSchema(MOST, USUAL), {
    service: z.optional(described(nameSchema, 'One service, or an alias of it, by its whole name')),
    vendor: z.optional(described(nameSchema, 'Services of one vendor: what stands before the first slash')),
    search: z.optional(described(nameSchema, 'Services whose name, or that of an alias, has this in it')),
  }),
  answers: [
    {
      status: 200,
      description: 'Services in the order of their names',
      schema: z.object({ models: z.array(modelSchema), next: nextSchema }),
      example: {
        models: [
          {
            service: 'openai/gpt-4o',
            aliases: ['openai/gpt-4o-2024-08-06'],
            prices: [{ meter: 'input_tokens', per: '1000000', price: '3' }],
            upcoming: [
              {
                from: '2027-01-01T00:00:00.000Z',
                rateCard: 2,
                prices: [{ meter: 'input_tokens', per: '1000000', price: '2.5' }],
              },
            ],
          },
        ],
      },
    },
  ],
  problems: [],
  handle: async ({ query: { limit = USUAL, after, service, vendor, search } }, { services, tools }) => {
    const models = modelsOf(await services.cards.all(tools.now()), tools.now())
    const place = after === undefined ? '' : cursor.read(after)
    const sought = search?.toLowerCase()
    const found = models.filter(({ service: name, aliases }) => {
      const names = [name, ...aliases]
      return (
        name > place &&
        (service === undefined || names.includes(service)) &&
        (vendor === undefined || name.startsWith(`${vendor}/`)) &&
        (sought === undefined || names.some((one) => one.toLowerCase().includes(sought)))
      )
    })
    const page = found.slice(0, limit)
    const last = page.at(-1)
    const next = found.length > page.length && last !== undefined ? cursor.write(last.service) : undefined
    return { status: 200, body: { models: page.map(modelShape), ...(next !== undefined && { next }) } }
  },
})

export const modelOperations: readonly Operation[] = [listModels]
