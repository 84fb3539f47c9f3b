import type { Mutant } from '../simulate.ts'

const LOG_TABLE = 'shared/ledger/io/log-table.ts'
const COMMIT = 'shared/ledger/io/commit/commit.ts'

/** Two judgements of what is known by now, before and after absence is proven. */
const JUDGE_FIRST = '    this.#decideKnown()\n    this.#pending ='
const JUDGE_AGAIN = '    this.#decideKnown()\n    const unwritten'

const ASSERTED = 'if (this.#sight.find(identity) === undefined && meetsCoverageRule('

/** Bugs on the way of a page into the log. */
export const commitMutants: readonly Mutant[] = [
  {
    name: 'put-without-condition',
    about: 'the later of two pages of one number stays',
    patches: [
      {
        file: LOG_TABLE,
        find: `        ConditionExpression: 'attribute_not_exists(seq)',\n        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',\n`,
        replace: '',
      },
    ],
  },
  {
    name: 'own-win-not-recognized',
    about: 'a page whose answer was lost counts as a lost race against itself',
    patches: [{ file: LOG_TABLE, find: 'winner.hash === page.hash ?', replace: 'winner === page ?' }],
  },
  {
    name: 'strange-win-taken-for-own',
    about: "a page of as many entries in our page's place counts as ours",
    patches: [
      {
        file: LOG_TABLE,
        find: 'winner.hash === page.hash ?',
        replace: 'winner.header.entryCount === page.header.entryCount ?',
      },
    ],
  },
  {
    name: 'stale-head-trusted',
    about: 'after a lost race the events are not judged again by what the winner holds',
    patches: [
      { file: COMMIT, find: JUDGE_FIRST, replace: JUDGE_FIRST.replace('this', 'if (this.#losses === 0) this') },
      { file: COMMIT, find: JUDGE_AGAIN, replace: JUDGE_AGAIN.replace('this', 'if (this.#losses === 0) this') },
      { file: COMMIT, find: ASSERTED, replace: 'if (meetsCoverageRule(' },
    ],
  },
  {
    name: 'jump-to-newest',
    about: 'after two lost races the newest page alone is read, and counts as if all before it were',
    patches: [
      {
        file: 'shared/ledger/io/search/prove-absence.ts',
        find: '  for (const page of await readPagesAfter(log, sight.account, sight.head().header.seq)) sight.add(page)',
        replace: '  const page = await readHead(log, sight.account)\n  if (page !== undefined) sight.add(page)',
      },
      {
        file: 'shared/ledger/coverage/coverage-rule.ts',
        find: 'below.to.seq === place.seq - 1',
        replace: 'below.to.seq < place.seq',
      },
    ],
  },
  {
    name: 'wall-clock-log-time',
    about: "a page's log time is not before its writer's clock: a backlog of an hour is late for ever",
    patches: [
      {
        file: 'shared/ledger/page/page.ts',
        find: 'logTime: logTimeAfter(before, entries)',
        replace: 'logTime: Math.max(logTimeAfter(before, entries), writtenAt)',
      },
      {
        file: 'shared/ledger/page/page.ts',
        find: 'header.logTime !== logTimeAfter(',
        replace: 'header.logTime < logTimeAfter(',
      },
    ],
  },
  {
    name: 'query-goes-on-by-text',
    about: 'a query that needs a second request asks for it by a seq that became a text',
    patches: [
      {
        file: LOG_TABLE,
        find: "after = goingOnAfter(LastEvaluatedKey, 'seq')",
        replace: 'after = LastEvaluatedKey',
      },
    ],
  },
  {
    name: 'duplicates-in-one-batch',
    about: 'equal identities of one batch are not told apart',
    patches: [
      {
        file: 'shared/ledger/io/log-writer.ts',
        find: 'for (const places of roundsOf(proposals))',
        replace: 'for (const places of [proposals.map((_, place) => place)])',
      },
    ],
  },
  {
    name: 'conflict-charged',
    about: 'the same identity with other fields is charged like a new event',
    patches: [
      {
        file: COMMIT,
        find: '      const differs = differenceFrom(found.entry)\n',
        replace: '      const differs = differenceFrom(found.entry)\n      if (differs.length > 0) continue\n',
      },
      { file: COMMIT, find: ASSERTED, replace: 'if (meetsCoverageRule(' },
    ],
  },
]
