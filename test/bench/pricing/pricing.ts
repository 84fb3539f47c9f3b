import { median } from '../measure.ts'
import { type Bench, type Figures, significant, target } from '../results.ts'
import { type Calculator, calculators } from './calculators.ts'
import { measureLoading, SERVICES } from './card-loading.ts'
import { exactCost } from './exact-cost.ts'
import { prices, type TokenUsage, tokenUsages } from './usages.ts'

const USAGES = 10_000
const ROUNDS = 7
const LONG_ENOUGH_MS = 300

export const benchPricing: Bench = {
  title: 'Pricing alone',
  about: `The same ${USAGES.toLocaleString('en')} usages of four models that every compared catalogue prices the same, ours by a card of the whole public list; median of ${ROUNDS} rounds, taken in turn, in one process. Inexact: the answer's shortest decimal digits are not those of the exact product (whole-number arithmetic).`,
  measure: async () => {
    const usages = tokenUsages(USAGES, 1)
    for (const one of calculators) assertSamePrices(one)
    const speeds = new Map(calculators.map((one) => [one.name, [] as number[]]))
    for (let round = 0; round <= ROUNDS; round += 1) {
      // The first round is for the compiler.
      for (const one of calculators)
        if (round > 0) speeds.get(one.name)?.push(speedOf(one, usages))
        else speedOf(one, usages)
    }
    const measured = calculators.map((one) => ({
      name: one.name,
      speed: median(speeds.get(one.name) ?? []),
      inexact: inexactOf(one, usages),
    }))
    const [ours, fromNumbers, genaiPrices] = measured
    const loading = await measureLoading()
    if (!ours || !fromNumbers || !genaiPrices) throw new Error('no calculators')
    return {
      tables: [
        { title: `${USAGES.toLocaleString('en')} usages`, rows: measured.map(rowOf(ours.speed)) },
        {
          title: `A card of ${SERVICES.toLocaleString('en')} models, from its stored parts to the first price, in a fresh process`,
          rows: [
            {
              rates: loading.rates,
              'KB stored': significant(loading.kilobytes),
              'ms to the first price': significant(loading.ms),
            },
          ],
        },
      ],
      targets: [
        target('pricing against @pydantic/genai-prices', { atLeast: 5 }, ours.speed / genaiPrices.speed, { unit: '×' }),
        target(
          'the same, with reading numbers and writing digits',
          { atLeast: 5 },
          fromNumbers.speed / genaiPrices.speed,
          {
            unit: '×',
          },
        ),
        target('one event priced by the full card', { atMost: 5 }, 1e6 / ours.speed, { unit: ' µs' }),
        target('a card of 2,000 models loaded in a fresh process', { atMost: 50 }, loading.ms, { unit: ' ms' }),
        target('prices of ours that are inexact', { atMost: 0 }, ours.inexact + fromNumbers.inexact),
      ],
    }
  },
}

const rowOf =
  (ours: number) =>
  ({ name, speed, inexact }: { name: string; speed: number; inexact: number }): Figures => ({
    calculator: name,
    'usages/s': Number(speed.toPrecision(3)),
    'ours is faster by': `${significant(ours / speed)}×`,
    inexact,
  })

/** A comparison of digits means something only between equal prices. */
function assertSamePrices({ name, prepare, price, digits }: Calculator): void {
  for (const { vendor, model } of prices) {
    const usage = { vendor, model, input: 1_000_000, output: 1_000_000 }
    const [said, exactly] = [digits(price(prepare(usage))), exactCost(usage)]
    if (said !== exactly) throw new Error(`${name} prices ${model} at ${said}, not ${exactly}: choose another model`)
  }
}

function speedOf({ prepare, price }: Calculator, usages: readonly TokenUsage[]): number {
  const prepared = usages.map(prepare)
  const began = performance.now()
  let done = 0
  while (performance.now() - began < LONG_ENOUGH_MS) {
    for (const one of prepared) price(one)
    done += prepared.length
  }
  return done / ((performance.now() - began) / 1000)
}

const inexactOf = ({ prepare, price, digits }: Calculator, usages: readonly TokenUsage[]): number =>
  usages.filter((usage) => digits(price(prepare(usage))) !== exactCost(usage)).length
