import type { Mutant } from '../simulate.ts'

const PRICE = 'shared/pricing/charge/price-usage.ts'
const NEXT_PAGE = 'shared/ledger/page/page.ts'

/** Bugs in what an event costs, and in what a balance says. */
export const moneyMutants: readonly Mutant[] = [
  {
    name: 'decimal-precision-20',
    about: "decimal.js' own default",
    patches: [{ file: 'shared/money/exact.ts', find: 'precision: 100', replace: 'precision: 20' }],
  },
  {
    name: 'rounded-to-six-decimals',
    about: 'a row of a charge is rounded',
    patches: [
      {
        file: PRICE,
        find: '(tier?.perUnit ?? perUnit).times(units) as Credits',
        replace: '(tier?.perUnit ?? perUnit).times(units).toDecimalPlaces(6) as Credits',
      },
    ],
  },
  {
    name: 'priced-by-the-newest-card',
    about: 'the card of the processing time prices, not that of the event time',
    patches: [
      { file: PRICE, find: 'cardInForce(cards, usage.time)', replace: 'cardInForce(cards, Number.MAX_SAFE_INTEGER)' },
    ],
  },
  {
    name: 'unpriced-is-free',
    about: 'one meter without a rate costs nothing',
    patches: [{ file: PRICE, find: 'if (missing.length > 0)', replace: 'if (missing.length > 1)' }],
  },
  {
    name: 'rerating-forgets-the-earlier',
    about: 'a charge that was re-rated before is re-rated from what it was charged, not from what it costs by now',
    patches: [
      {
        file: 'shared/ledger/entries/corrections.ts',
        find: 'givenBack: plus(givenBack, entry.credits)',
        replace: 'givenBack: plus(givenBack, noCredits)',
      },
    ],
  },
  {
    name: 'refunded-while-re-rated',
    about: 'a refund and a re-rating that do not see each other are both written',
    patches: [
      {
        file: 'shared/ledger/io/commit/commit.ts',
        find: 'const forbidding = unless && this.#sight.find(unless.identity)',
        replace: 'const forbidding = unless && false ? this.#sight.find(unless.identity) : undefined',
      },
    ],
  },
  {
    name: 'rerating-folded-by-its-own-day',
    about: 'what a re-rating changes is taken from the spend of the day it was decided on',
    patches: [
      {
        file: 'shared/spend/fold-months.ts',
        find: 'const charge = splitDay(dayOf(entry.time))',
        replace: 'const charge = splitDay(dayOf(entry.at))',
      },
    ],
  },
  {
    name: 'stale-catalogue',
    about: 'rate cards once fetched price for ever',
    patches: [
      {
        file: 'shared/pricing/cards/catalogue.ts',
        find: '  time < catalogue.fetchedAt + NOTICE_MS - CLOCKS_APART_MS',
        replace: '  time < catalogue.fetchedAt + 1e12',
      },
    ],
  },
  {
    name: 'crossing-from-a-cached-balance',
    about: 'crossings are counted from the balance this process saw last, not from that of the page before',
    patches: [
      {
        file: NEXT_PAGE,
        find: 'crossingsBetween(before?.balance ?? noCredits, balance,',
        replace: 'crossingsBetween(swapBalance(account, balance) ?? before?.balance ?? noCredits, balance,',
      },
      {
        file: NEXT_PAGE,
        find: '/** Lifetime totals after some entries. */',
        replace:
          'const balances = new Map<string, Credits>()\nfunction swapBalance(account: string, balance: Credits) {\n  const cached = balances.get(account)\n  balances.set(account, balance)\n  return cached\n}\n\n/** Lifetime totals after some entries. */',
      },
    ],
  },
]
