import type { Mutant } from '../simulate.ts'

const GATE = 'shared/limits/gates/gate.ts'
const FOLD = 'shared/limits/io/account-fold.ts'
const WATCH = 'functions/project-log/limit-watch.ts'
const RESERVE = 'shared/limits/io/reservations/reserve.ts'
const TAKEN = 'shared/limits/io/reservations/taken-holds.ts'

/** Bugs in limits: those by which others reset, lose or double what is spent and held, and tell it wrong. */
export const limitMutants: readonly Mutant[] = [
  {
    name: 'late-event-in-todays-window',
    profile: 'limits',
    about: 'what was used counts on the day on which it was charged',
    patches: [
      {
        file: 'shared/spend/io/loaded-spend.ts',
        find: 'day: this.#source.dayOf(entry.time)',
        replace: 'day: this.#source.dayOf(header.writtenAt)',
      },
    ],
  },
  {
    name: 'expired-before-the-fold',
    profile: 'limits',
    about: 'whoever changes a gate lets go what has expired, also where nobody has looked for its charge',
    patches: [
      {
        file: 'shared/limits/io/reservations/reservation-gates.ts',
        find: 'change(stored.value)',
        replace: 'change({ ...stored.value, holds: stored.value.holds.filter(({ expiresAt }) => expiresAt > now()) })',
      },
    ],
  },
  {
    name: 'hold-added-not-set',
    profile: 'limits',
    about: 'a hold is added to a gate, so that whoever asks again holds twice',
    patches: [{ file: GATE, find: '...gate.holds.filter(({ id }) => id !== hold.id),', replace: '...gate.holds,' }],
  },
  {
    name: 'gate-without-its-version',
    profile: 'limits',
    about: 'a gate is put over whatever stands there',
    patches: [
      {
        file: 'shared/limits/io/gates-table.ts',
        find: `  table.replace(
    { scope },
    { version: before + 1, ...item, expires_at: Math.ceil((expiresAt + KEPT_MS) / SECOND_MS) },
    before === 0 ? 'attribute_not_exists(version)' : 'version = :before',
    { before: before === 0 ? undefined : before },
  )`,
        replace: `  table
    .put({ scope, version: before + 1, ...item, expires_at: Math.ceil((expiresAt + KEPT_MS) / SECOND_MS) })
    .then(() => ({ kind: 'put' }))`,
      },
    ],
  },
  {
    name: 'settled-twice',
    profile: 'limits',
    about: 'a reservation is settled again with another amount',
    patches: [
      {
        file: 'shared/limits/gates/reservation.ts',
        find: `  return state.actual.eq(actual) ? { kind: 'as-it-was' } : { kind: 'refused', because: 'settled' }`,
        replace: `  return { kind: 'moved', to: { ...reservation, state: { kind: 'settled', actual } } }`,
      },
    ],
  },
  {
    name: 'window-by-utc',
    profile: 'limits',
    about: 'a check counts by days of UTC, whatever the account counts by',
    patches: [
      {
        file: 'shared/limits/io/warm-folds.ts',
        find: 'dayOf: dayOfZone(timeZone), before',
        replace: `dayOf: dayOfZone('UTC'), before`,
      },
    ],
  },
  {
    name: 'tier-change-unseen',
    profile: 'limits',
    about: 'a warm process has read who is in which tier, and never hears of another one',
    patches: [
      {
        file: FOLD,
        find: 'this.#shards.set(shard, { ...held, tiers: changeUserTiers(held.tiers, changes) })',
        replace: 'changes.size',
      },
    ],
  },
  {
    name: 'crossing-by-counter',
    profile: 'limits',
    about: 'what was spent of a limit is counted by the process that tells, from when it began',
    patches: [
      {
        file: WATCH,
        find: '  readonly #windowAt = rememberedWindows()\n',
        replace: `  readonly #windowAt = rememberedWindows()
  readonly #begun = new Map()
  #counted(key, spent) {
    this.#begun.set(key, this.#begun.get(key) ?? spent)
    return spent.minus(this.#begun.get(key))
  }
`,
      },
      { file: WATCH, find: 'spent: fold.spent(limit) }', replace: 'spent: this.#counted(key, fold.spent(limit)) }' },
    ],
  },
  {
    name: 'crossing-by-charges-alone',
    profile: 'limits',
    about: 'a re-rating that takes more, or gives back, is not looked at',
    patches: [
      {
        file: WATCH,
        find: `    case 'charge':\n    case 'rerating': {`,
        replace: `    case 'charge': {`,
      },
    ],
  },
  {
    name: 'overtaken-and-telling',
    profile: 'limits',
    about: 'a process that stood still tells of its page by what was spent long after',
    patches: [{ file: WATCH, find: '    if (wasTold || fold.furthest() > seq) return []\n', replace: '' }],
  },
  {
    name: 'hold-outlives-its-charge',
    profile: 'limits',
    about: 'a charge that names a hold is spent, and held until it expires',
    patches: [
      {
        file: FOLD,
        find: 'return this.#charged.get(reservation)',
        replace: 'return undefined',
      },
    ],
  },
  {
    name: 'refused-keeps-its-holds',
    profile: 'limits',
    about: 'who is refused at the second gate keeps what it took at the first',
    patches: [
      {
        file: RESERVE,
        find: '    await this.#taken.giveBack()\n    await this.#giveBackForOthers(',
        replace: '    await this.#giveBackForOthers(',
      },
    ],
  },
  {
    name: 'reserved-again',
    profile: 'limits',
    about: 'an attempt that stood still does not ask whether another was granted the same meanwhile',
    patches: [
      {
        file: RESERVE,
        find: 'const record = await readReservation(this.#services.gates.table, this.#wish.id)',
        replace: 'const record = undefined',
      },
    ],
  },
  {
    name: 'given-back-for-another',
    profile: 'limits',
    about: 'an attempt that ran out of time gives back what another attempt of the same request was granted',
    patches: [
      {
        file: TAKEN,
        find: '(hasOwn(gate, own) ? releaseHold(gate, own.id) : gate)',
        replace: 'releaseHold(gate, own.id)',
      },
      { file: TAKEN, find: 'if (granted !== undefined) this.leaveTo(granted.value)', replace: '' },
    ],
  },
  {
    name: 'renewed-in-the-record-alone',
    profile: 'limits',
    about: 'a reservation is said to last longer, and its hold does not',
    patches: [
      {
        file: 'shared/limits/io/reservations/end-reservation.ts',
        find: 'return renewHold(gate, id, expiresAt)',
        replace: 'return renewHold(gate, id, 0)',
      },
    ],
  },
  {
    name: 'allowance-not-counted',
    profile: 'limits',
    about: 'what was granted until the window ends is told, and counts nowhere',
    patches: [
      { file: 'shared/limits/decide/limits-on.ts', find: 'limit = plus(limit, one.credits)', replace: 'continue' },
    ],
  },
]
