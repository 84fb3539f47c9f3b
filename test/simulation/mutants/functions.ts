import type { Mutant } from '../simulate.ts'

const FOLLOW = 'functions/project-log/follow-log.ts'
const HINTS = 'functions/project-log/project-log.ts'
const TELL = '      const isTold = await this.#tell(known, pages)\n'
const ARCHIVE = '      await this.#ports.archiver.archive(pages)\n'
const TAKE_IN = "      if (isDue && (await this.#takeIn()) === 'overtaken') return 'overtaken'\n"

/** Bugs in the functions around the log: what goes back to the queue, what is held, what is folded. */
export const functionMutants: readonly Mutant[] = [
  {
    name: 'batch-failure-swallowed',
    about: 'the answer names no message that failed',
    patches: [
      {
        file: 'functions/price-usage/consume-usage.ts',
        find: '[...messages.keys()].map((itemIdentifier) => ({ itemIdentifier }))',
        replace: '[]',
      },
    ],
  },
  {
    name: 'acknowledged-before-held',
    about: 'what is parked or quarantined is put on its shelf in the background',
    patches: [
      {
        file: 'functions/price-usage/consume-usage.ts',
        find: 'const { fate } = await holdEvent(table, next.fate, origin).catch(',
        replace:
          'const { fate } = next\n      void holdEvent(table, next.fate, origin).catch(() => undefined)\n      void Promise.resolve().catch(',
      },
    ],
  },
  {
    name: 'shelf-not-listed',
    about: 'an event stands on a shelf that nobody looks at',
    patches: [
      {
        file: 'shared/held/io/held-table.ts',
        find: '    await this.#list(shelf)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'ahead-forgotten',
    about: 'an event from the future is dropped',
    patches: [
      {
        file: 'shared/held/io/judge-usage.ts',
        find: "return { kind: 'ahead', event: read.event, until: read.until }",
        replace: "return { kind: 'replayed' }",
      },
    ],
  },
  {
    name: 'ahead-taken-at-once',
    about: 'the future is charged now, and the log runs ahead',
    patches: [
      {
        file: 'shared/usage/read-event.ts',
        find: 'if (ahead <= CLOCK_AHEAD_MS) return',
        replace: 'if (ahead <= LONGEST_WAIT_MS + CLOCK_AHEAD_MS) return',
      },
    ],
  },
  {
    name: 'cursor-before-publish',
    about: 'the cursor moves, then the notices go out',
    patches: [
      { file: FOLLOW, find: TELL, replace: '      const isTold = true\n' },
      { file: FOLLOW, find: TAKE_IN, replace: `${TAKE_IN}      await this.#tell(known, pages)\n` },
    ],
  },
  {
    name: 'refused-notice-forgotten',
    about: 'the bus answers 200 and refuses an entry, and nobody looks',
    patches: [
      {
        file: 'shared/events/io/event-bus.ts',
        find: '  if (later.length > 0) throw',
        replace: '  if (later.length > 99) throw',
      },
    ],
  },
  {
    name: 'cursor-before-archive',
    about: 'the cursor moves past pages that are not in the archive yet',
    patches: [
      { file: FOLLOW, find: `${ARCHIVE}${TELL}`, replace: TELL },
      { file: FOLLOW, find: TAKE_IN, replace: `${TAKE_IN}${ARCHIVE}` },
    ],
  },
  {
    name: 'stream-record-as-data',
    about: 'the page that a stream record names is folded, not every page after the cursor',
    patches: [
      {
        file: HINTS,
        find: 'function readHints',
        replace: 'export const hinted = new Map<string, number>()\n\nfunction readHints',
      },
      {
        file: HINTS,
        find: '  return {\n',
        replace: '  for (const { account, seq } of keyed) hinted.set(account, Number(seq))\n  return {\n',
      },
      {
        file: FOLLOW,
        find: "import type { Ports } from './project-log.ts'\n",
        replace: "import { hinted, type Ports } from './project-log.ts'\n",
      },
      {
        file: FOLLOW,
        find: 'const from = (after?.header.seq ?? 0) + 1',
        replace: 'const from = Math.max((after?.header.seq ?? 0) + 1, hinted.get(this.#account) ?? 0)',
      },
      { file: FOLLOW, find: '      checkSuccession(last, page)\n', replace: '' },
      { file: FOLLOW, find: 'import { checkSuccession, type Page }', replace: 'import type { Page }' },
    ],
  },
  {
    name: 'snapshot-overwritten',
    about: 'a snapshot is written whatever stands there by now',
    patches: [
      {
        file: 'shared/spend/io/snapshots-table.ts',
        find: '  const condition = from === undefined',
        replace:
          "  if (item['part'] !== 'cursor') return await table.put(item).then(() => 'written' as const)\n  const condition = from === undefined",
      },
    ],
  },
]
