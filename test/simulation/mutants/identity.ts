import type { Mutant } from '../simulate.ts'

const ABSENCE = 'shared/ledger/io/search/prove-absence.ts'
const COVERAGE = 'shared/ledger/coverage/coverage-rule.ts'
const COMMIT = 'shared/ledger/io/commit/commit.ts'

/** Bugs in how an identity is kept for ever: coverage, markers, times. */
export const identityMutants: readonly Mutant[] = [
  {
    name: 'coverage-off-by-one',
    about: 'the page right after a marker is not searched',
    patches: [
      {
        file: ABSENCE,
        find: 'lookForward(ports.log, sight, markerSeq + 1,',
        replace: 'lookForward(ports.log, sight, markerSeq + 2,',
      },
      { file: COVERAGE, find: 'gap.last <= markerSeq', replace: 'gap.last <= markerSeq + 1' },
    ],
  },
  {
    name: 'event-time-for-id-time',
    about: 'the fresh window is counted from the event time: a retry with another time is another event',
    patches: [
      { file: 'shared/usage/read-event.ts', find: 'boundAt: bound?.time,', replace: 'boundAt: bound && time,' },
      {
        file: 'shared/ledger/entries/charge.ts',
        find: 'boundIdFrom({ time: idTime, binding, random }), boundAt: idTime,',
        replace: 'boundIdFrom({ time: idTime, binding, random }), boundAt: eventTime,',
      },
    ],
  },
  {
    name: 'window-shrunk',
    about: 'a release with W = 1 minute beside one with 30',
    isMixed: true,
    patches: [
      {
        file: 'shared/ledger/coverage/coverage-rule.ts',
        find: 'FRESH_WINDOW_MS = 30 * MINUTE_MS',
        replace: 'FRESH_WINDOW_MS = 1 * MINUTE_MS',
      },
    ],
  },
  {
    name: 'marker-after-page',
    about: 'the marker is put when the page stands: a crash in between leaves an entry that nobody finds',
    patches: [
      { file: ABSENCE, find: 'import { claimMarker, moveMarker }', replace: 'import { moveMarker, readMarker }' },
      {
        file: ABSENCE,
        find: 'await claimMarker(ports.markers, one.proposal.identity, ours)',
        replace: '(await readMarker(ports.markers, one.proposal.identity)) ?? ours',
      },
      {
        file: COMMIT,
        find: "import { packContent } from '../page-item.ts'\n",
        replace: "import { claimMarker } from '../markers-table.ts'\nimport { packContent } from '../page-item.ts'\n",
      },
      {
        file: COMMIT,
        find: '    sight.add(page)\n    packed',
        replace:
          '    sight.add(page)\n    for (const { marker, proposal } of packed.claims) if (marker) await claimMarker(this.#ports.markers, proposal.identity, marker)\n    packed',
      },
    ],
  },
  {
    name: 'marker-of-another-account-ignored',
    about: 'an identity that another account holds is charged here too',
    patches: [
      {
        file: ABSENCE,
        find: 'if (marker.account !== account) {',
        replace: 'if (marker.account === "") {',
      },
    ],
  },
  {
    name: 'coverage-rim',
    about: 'no page is read below one whose log time is the id time',
    patches: [
      {
        file: 'shared/ledger/io/search/prove-absence.ts',
        find: 'low.seq === 1 || low.logTime < time',
        replace: 'low.seq === 1 || low.logTime <= time',
      },
      { file: COVERAGE, find: 'above.from.logTime < boundAt', replace: 'above.from.logTime <= boundAt' },
    ],
  },
  {
    name: 'evicted-counts-as-seen',
    about: 'pages that a warm process forgot still count as searched',
    patches: [
      {
        file: 'shared/ledger/sight.ts',
        find: '[{ from: placeOf(this.#pages.get(from) ?? this.#head), to',
        replace: '[{ from: this.#ranges.at(-1)?.from ?? placeOf(this.#head), to',
      },
    ],
  },
  {
    name: 'credit-without-identity',
    about: "a grant's key is not what it is known by: asked for again, it is given again",
    patches: [
      {
        file: 'shared/ledger/entries/credit.ts',
        find: 'identity: ({ key }, account) => requestIdentity(account, key),\n    words: (entry) => `grant:',
        replace:
          'identity: ({ key, at }, account) => requestIdentity(account, [key, at].join()),\n    words: (entry) => `grant:',
      },
    ],
  },
  {
    name: 'index-misses-ids',
    about: 'the index of a bucket holds the first id of each page alone: a late replay of another is taken for new',
    patches: [
      {
        file: 'shared/ledger/coverage/sealing.ts',
        find: 'for (const entry of page.entries) {',
        replace: 'for (const entry of page.entries.slice(0, 1)) {',
      },
    ],
  },
  {
    name: 'index-of-next-bucket',
    about: 'a late id is looked for in the index of the bucket after its own',
    patches: [
      {
        file: 'shared/ledger/io/search/prove-absence.ts',
        find: 'const index = await indexes.of(bucketOf(time))',
        replace: 'const index = await indexes.of(bucketOf(time) + 600_000)',
      },
    ],
  },
  {
    name: 'marker-not-cut-by-restore',
    about: 'a marker of before a restore is believed about pages that came after the cut',
    patches: [
      {
        file: 'shared/ledger/page/page.ts',
        find: 'Math.min(marker.seq, ...cuts.slice(marker.epoch))',
        replace: '(cuts.length < 0 ? 0 : marker.seq)',
      },
    ],
  },
  {
    name: 'restore-epoch-counted',
    about: 'a restore opens the epoch after that of the pages that came back, though a lost one had it',
    patches: [
      {
        file: 'shared/ledger/io/archive/restore-account.ts',
        find: 'Math.max(named, epochOf(head.header), archived) + 1',
        replace: '(epochOf(head.header) + 1)',
      },
    ],
  },
]
