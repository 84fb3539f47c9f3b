import type { Mutant } from '../simulate.ts'

const FINDER = 'shared/rates/rate-finder.ts'
const RETRY = 'functions/follow-rates/retry-parked.ts'

/** Bugs in what follows the rate cards: parked usage that is lost, forgotten or not told. */
export const rateMutants: readonly Mutant[] = [
  {
    name: 'unshelved-before-charged',
    about: 'a parked event leaves its shelf, then it is charged',
    patches: [
      {
        file: RETRY,
        find: '  const outcomes = await chargeUsage(',
        replace: '  for (const held of parked) await unshelve(ports.held, held)\n  const outcomes = await chargeUsage(',
      },
    ],
  },
  {
    name: 'unpriced-leaves-its-shelf',
    about: 'an event that still has no price is taken for done',
    patches: [
      {
        file: RETRY,
        find: "outcome?.kind === 'committed' || outcome?.kind === 'replayed'",
        replace: "outcome?.kind === 'committed' || outcome?.kind === 'replayed' || outcome?.kind === 'refused'",
      },
    ],
  },
  {
    name: 'conflict-leaves-its-shelf',
    about: 'a parked event that conflicts with a charge is dropped, not quarantined',
    patches: [
      {
        file: RETRY,
        find: '      await quarantine(ports, held, refused, event)\n',
        replace: '      await unshelve(ports.held, held)\n',
      },
    ],
  },
  {
    name: 'marked-before-told',
    about: 'that usage has no price is marked as told, then it is told',
    patches: [
      {
        file: 'functions/follow-rates/tell-parked.ts',
        find: '    await publishEvents(bus, [',
        replace: '    await markTold(held, shelf, now)\n    await publishEvents(bus, [',
      },
    ],
  },
  {
    name: 'announced-though-refused',
    about: 'a version that the bus refused counts as announced',
    patches: [
      {
        file: 'functions/follow-rates/follow-rates.ts',
        find: 'untold === undefined ? catalogue.latest : followed.announced',
        replace: 'catalogue.latest',
      },
    ],
  },
  {
    name: 'zero-parks',
    about: 'a pool of zero needs a rate: what vendors send of pools that a model has not is parked',
    patches: [{ file: 'shared/rates/price-charge.ts', find: '    if (quantity.isZero()) continue\n', replace: '' }],
  },
  {
    name: 'variant-falls-back',
    about: 'a variant that the card does not list costs what its service costs',
    patches: [
      {
        file: FINDER,
        find: "    return variant === noVariant || takesUnlisted(ofService) ? ofService : 'unlisted'",
        replace: '    return ofService',
      },
    ],
  },
  {
    name: 'misspelt-tool-falls-back',
    about: 'beside listed variants another one costs what everything costs',
    patches: [
      {
        file: FINDER,
        find: '  return variant === noVariant || listed().length === 0 ? general : undefined',
        replace: '  return general',
      },
    ],
  },
  {
    name: 'one-variant-for-all-meters',
    about: 'the name of a search tool is looked for among the prices of tokens, and parks them',
    patches: [
      {
        file: 'shared/rates/priced-variant.ts',
        find: '    return kinds.length > 0 && !kinds.some((some) => some.has(kind))',
        replace: '    return kinds.length < 0 && kind === name',
      },
    ],
  },
]
