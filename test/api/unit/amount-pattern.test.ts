import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { givenAmountSchema, givenChangeSchema, givenLevelSchema } from '../../../shared/api/fields/given-amount.ts'

interface Published {
  readonly $defs: Readonly<Record<string, { readonly anyOf: readonly Option[] }>>
}
interface Option {
  readonly properties?: Readonly<Record<string, { readonly pattern: string }>>
}

/** The published pattern of an amount in one of the units. */
function patternOf(schema: z.ZodMiniType, unit: 'eur' | 'credits'): RegExp {
  const { $defs } = z.toJSONSchema(schema, { io: 'input' }) as unknown as Published
  const options = Object.values($defs).flatMap(({ anyOf }) => anyOf)
  const [pattern = ''] = options.flatMap(({ properties }) => properties?.[unit]?.pattern ?? [])
  return new RegExp(pattern, 'u')
}

const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0001259'), maxLength: most })
const anyText = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '', '-'), digits(14), fc.constantFrom('', '.'), digits(9))
    .map((parts) => parts.join('')),
  fc.constantFrom('10000000000', '10000000000.00', '10000000000.01', '9999999999.99999999', '10000000001', '0', '-0'),
  fc.constantFrom('1000000000000', '1000000000000.000000', '1000000000000.000001', '1000000000001', '0.0000', '1e3'),
)

describe.each([
  ['above 0', givenAmountSchema],
  ['but 0', givenChangeSchema],
  ['from 0 on', givenLevelSchema],
] as const)('the published pattern of an amount %s', (_, schema) => {
  test.each(['eur', 'credits'] as const)('takes what the route takes in %s, and nothing else', (unit) => {
    const pattern = patternOf(schema, unit)
    fc.assert(
      fc.property(anyText, (text) => {
        expect([text, pattern.test(text)]).toEqual([text, schema.safeParse({ [unit]: text }).success])
      }),
      { numRuns: 2000 },
    )
  })
})
