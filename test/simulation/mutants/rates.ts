import type { Mutant } from '../simulate.ts'

const CHOICE = 'shared/pricing/rates/choose-rate-for-variant.ts'
const REDRIVE = 'shared/held/io/redrive-held.ts'

/** Bugs in what follows the rate cards and redrives what is held: usage that is lost, forgotten or not told. */
export const rateMutants: readonly Mutant[] = [
  {
    name: 'unshelved-before-charged',
    about: 'a held event leaves its shelf, then it is charged',
    patches: [
      {
        file: REDRIVE,
        find: '  const fates = await judgeUsage(',
        replace: '  for (const record of records) await ports.held.unshelve(record)\n  const fates = await judgeUsage(',
      },
    ],
  },
  {
    name: 'unshelved-whatever-comes',
    about: 'an event that is judged again leaves its shelf, also where it can not be decided',
    patches: [
      {
        file: REDRIVE,
        find: "if (fates.some(({ kind }) => kind === 'given-back')) return { fates }",
        replace: "if (fates.some(({ kind }) => kind === 'given-back')) await table.unshelve(record)",
      },
    ],
    profile: 'redrives',
  },
  {
    name: 'unpriced-leaves-its-shelf',
    about: 'an event that still has no price, or is not valid still, is taken for done',
    patches: [
      {
        file: REDRIVE,
        find: 'if (!stays) await table.unshelve',
        replace: 'if (settled.length > 0) await table.unshelve',
      },
    ],
    profile: 'redrives',
  },
  {
    name: 'conflict-leaves-its-shelf',
    about: 'an event that conflicts with a charge is dropped, not quarantined',
    patches: [
      {
        file: REDRIVE,
        find: '      const held = await holdEvent(',
        replace: "      if (fate.kind === 'quarantined') continue\n      const held = await holdEvent(",
      },
    ],
    profile: 'redrives',
  },
  {
    name: 'ahead-is-never-due',
    about: 'what waits for its time waits for ever',
    patches: [
      {
        file: 'functions/follow-rates/redrive-shelves.ts',
        find: 'entry < nextMillisecond)',
        replace: "entry < nextMillisecond && entry < '1971')",
      },
    ],
    profile: 'redrives',
  },
  {
    name: 'discarded-are-redriven',
    about: 'a redrive takes what was discarded',
    patches: [
      {
        file: 'shared/held/io/list-held.ts',
        find: 'return await listHeld(table, kind, {',
        replace: "return await listHeld(table, 'discarded', {",
      },
    ],
    profile: 'redrives',
  },
  {
    name: 'dated-back-replaces',
    about: 'a card that is dated back changes what usage costs that had a price',
    patches: [
      {
        file: 'shared/pricing/charge/price-usage.ts',
        find: 'card !== undefined && isDatedBack(card, usage.time)',
        replace: 'card !== undefined && card.version < 0 && isDatedBack(card, usage.time)',
      },
    ],
    profile: 'redrives',
  },
  {
    name: 'marked-before-told',
    about: 'that usage has no price is marked as told, then it is told',
    patches: [
      {
        file: 'functions/follow-rates/follow-rates.ts',
        find: '    reportAside(await publishEvents(bus, [',
        replace: '    await markTold(held, shelf, now)\n    reportAside(await publishEvents(bus, [',
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
    patches: [
      { file: 'shared/pricing/charge/price-usage.ts', find: '    if (quantity.isZero()) continue\n', replace: '' },
    ],
  },
  {
    name: 'variant-falls-back',
    about: 'a variant that the card does not list costs what its service costs',
    patches: [
      {
        file: CHOICE,
        find: "return variant === noVariant || takesUnlisted(ofService) ? ofService : 'unlisted'",
        replace: 'return ofService',
      },
    ],
  },
  {
    name: 'misspelt-tool-falls-back',
    about: 'beside listed variants another one costs what everything costs',
    patches: [
      {
        file: CHOICE,
        find: "  return variant === noVariant || !isListed ? general : 'unlisted'",
        replace: '  return general',
      },
    ],
  },
  {
    name: 'one-variant-for-all-meters',
    about: 'the name of a search tool is looked for among the prices of tokens, and parks them',
    patches: [
      {
        file: 'shared/pricing/rates/price-neutral-variant.ts',
        find: '    return kinds !== undefined && !kinds.has(kind) && own?.get(name)?.has(kind) !== true',
        replace: '    return kinds === undefined && kind === name',
      },
    ],
  },
]
