import type { Mutant } from '../simulate.ts'

const NEXT_STEP = 'shared/top-ups/next-step.ts'
const LOG_STEPS = 'shared/top-ups/io/steps/log-steps.ts'
const NEXT = 'shared/ledger/tally/next-top-up.ts'

/** Bugs in buying credits: those that others were charged twice by, or never again. */
export const topUpMutants: readonly Mutant[] = [
  {
    name: 'new-key-per-attempt',
    profile: 'top-ups',
    about: 'each attempt to charge has a key of its own',
    patches: [
      {
        file: 'shared/top-ups/io/steps/provider-steps.ts',
        find: 'key: `groschen-',
        replace: 'key: ports.now() + `groschen-',
      },
    ],
  },
  {
    name: 'credit-not-by-payment',
    profile: 'top-ups',
    about: 'a credit is keyed by the moment, not by the payment',
    patches: [
      {
        file: LOG_STEPS,
        find: 'const { page } = await commitEntry(ports, account, await creditEntryOf(ports, topUp, payment))',
        replace:
          'const { page } = await commitEntry(ports, account, { ...(await creditEntryOf(ports, topUp, payment)), provider: String(ports.now()) })',
      },
    ],
  },
  {
    name: 'late-processing-reopens',
    profile: 'top-ups',
    about: 'a late message that says processing takes a credited top-up back to it',
    patches: [
      {
        file: 'shared/top-ups/moves.ts',
        find: "  credited: ['refunded', 'disputed'],",
        replace: "  credited: ['refunded', 'disputed', 'processing'],\n  ",
      },
      {
        file: 'shared/top-ups/io/apply-payment.ts',
        find: "  if (topUp.payment === payment.id && isFinal(topUp.status) && topUp.status !== 'failed')\n    return { topUp: await advanceTopUp(ports, topUp, { mayBeLost: true }), isCredited: true }\n",
        replace:
          "  if (topUp.payment === payment.id && topUp.status === 'credited')\n    return { topUp: (await moveTopUp(ports.topUps, topUp, { status: 'processing', updatedAt: ports.now() })) ?? topUp, isCredited: true }\n",
      },
    ],
  },
  {
    name: 'state-outside-the-commit',
    profile: 'top-ups',
    about: 'whether a top-up is open is not decided with the page that crosses the threshold, but with the next',
    patches: [
      {
        file: 'shared/ledger/page/page.ts',
        find: '      balance,\n      place:',
        replace: '      balance: before?.balance ?? balance,\n      place:',
      },
    ],
  },
  {
    name: 'armed-by-edges',
    profile: 'top-ups',
    about: 'a top-up opens where the balance crosses the threshold, not where it is below',
    patches: [
      {
        file: NEXT,
        find: '  const topUp = judged(course, auto, balance, place)\n',
        replace:
          "  const after = judged(course, auto, balance, place)\n  const isEdge = entries.some((entry) => entry.kind === 'charge')\n  const topUp: TopUpState = after.kind === 'open' && !isEdge && before.topUp.kind !== 'open' ? { kind: 'idle' } : after\n",
      },
    ],
  },
  {
    name: 'multiples-ignore-the-cap',
    profile: 'top-ups',
    about: 'a purchase of several amounts is held to the cap as if it were one amount',
    patches: [
      {
        file: 'shared/top-ups/automatic-purchase.ts',
        find: '(some) => of(some).price.total.lte(room))',
        replace: '() => quote(purchases, amount).total.lte(room))',
      },
      {
        file: 'shared/top-ups/decide-top-up.ts',
        find: 'if (price.total.gt(roomIn(month, auto, tally))',
        replace:
          "const [asked, room] = [price.total, roomIn(month, auto, tally)]\n  if ((auto.buys.kind === 'amount' ? auto.buys.amount.dividedBy(100) : asked).gt(room)",
      },
    ],
  },
  {
    name: 'multiples-without-a-most',
    profile: 'top-ups',
    about: 'a gap is closed by one purchase however large it is',
    patches: [
      {
        file: 'shared/ledger/entries/auto-top-up.ts',
        find: '(enough.gt(most) ? most : enough)',
        replace: '(enough.gt(most) ? enough : enough)',
      },
    ],
  },
  {
    name: 'cap-outside-the-decision',
    profile: 'top-ups',
    about: 'caps are judged by the records of top-ups, which may be lost or late',
    patches: [
      {
        file: LOG_STEPS,
        find: 'const { balance, tally = noTally } = head.header',
        replace: 'const { balance } = head.header\n  const tally = noTally',
      },
    ],
  },
  {
    name: 'key-expired-and-charged-again',
    profile: 'top-ups',
    about: 'an attempt whose outcome is unknown is charged again with its key, without a look, however old the key is',
    patches: [
      {
        file: NEXT_STEP,
        find: "  if (look.kind === 'begun') return",
        replace: "  if (look.kind === 'begun' && status !== 'paying') return",
      },
      {
        file: NEXT_STEP,
        find: 'const KEY_USABLE_MS = KEY_MEMORY_MS - HOUR_MS',
        replace: 'const KEY_USABLE_MS = KEY_MEMORY_MS * 1000',
      },
    ],
  },
  {
    name: 'no-backoff',
    profile: 'top-ups',
    about: 'after a decline the next try is due at once',
    patches: [
      {
        file: 'shared/top-ups/decide-top-up.ts',
        find: 'return { until: now + wait, declines:',
        replace: 'return { until: now - wait, declines:',
      },
    ],
  },
  {
    name: 'ended-in-the-record-alone',
    profile: 'top-ups',
    about:
      'a skipped or failed top-up is ended in its record, and the log never hears of it where the first word got lost',
    patches: [
      {
        file: 'shared/top-ups/io/steps/record-steps.ts',
        find: 'nextTry, checkout: undefined })',
        replace: 'nextTry, checkout: undefined }, { hasJustEnded: true })',
      },
      {
        file: NEXT_STEP,
        find: "if (!seen.isEndTold) return { kind: 'tell-end' }",
        replace: "if (!seen.isEndTold) return seen.hasJustEnded ? { kind: 'tell-end' } : REST",
      },
    ],
  },
  {
    name: 'refunded-again',
    profile: 'top-ups',
    about: 'a refund is keyed by the moment we hear of it',
    patches: [
      {
        file: 'shared/top-ups/payment-refund.ts',
        find: '    taking: taking.id,\n    cause',
        replace: '    taking: taking.id + at,\n    cause',
      },
    ],
  },
  {
    name: 'stored-method-not-followed',
    profile: 'top-ups',
    about: 'what the provider says of a method that was stored is left aside, and who was suspended stays so',
    patches: [
      {
        file: 'shared/top-ups/io/follow-message.ts',
        find: "  if ('customer' in message) return await followCustomer(ports, message.customer)\n",
        replace: "  if ('customer' in message) return\n",
      },
    ],
  },
  {
    name: 'by-hand-counted-when-paid',
    profile: 'top-ups',
    about: 'a purchase by hand counts towards the caps once it is paid, not while it is on its way',
    patches: [
      {
        file: 'shared/ledger/tally/bought-by-hand.ts',
        find: 'const pending = bought.pending.reduce(',
        replace: 'const pending = bought.pending.slice(0, 0).reduce(',
      },
    ],
  },
  {
    name: 'credit-by-record',
    profile: 'restored-top-ups',
    about: 'a payment counts as credited where its record says so, whether or not the log has it',
    patches: [
      {
        file: LOG_STEPS,
        find: 'const standing = page === undefined ? undefined : await readPage(log, account, page)\n',
        replace: 'if (page !== undefined) return true\n  const standing = await readPage(log, account, 0)\n',
      },
    ],
  },
  {
    name: 'restored-and-charging',
    profile: 'restored-top-ups',
    about: 'a restored log buys at once, before its payments were held against it',
    patches: [{ file: 'shared/ledger/io/archive/restore-account.ts', find: ', holdsTopUps: true }', replace: ' }' }],
  },
  {
    name: 'clamped-at-each-step',
    profile: 'top-ups',
    about: 'a refund and a dispute of the same money count once, and winning the dispute gives the refund back',
    patches: [
      {
        file: 'shared/top-ups/payment-refund.ts',
        find: '(isReturn(cause) ? back.minus(amount) : back.plus(amount)) as Euros',
        replace: 'Exact.max(0, Exact.min(paid, isReturn(cause) ? back.minus(amount) : back.plus(amount))) as Euros',
      },
    ],
  },
]
