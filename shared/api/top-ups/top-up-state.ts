import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import type { AutoTopUp } from '../../ledger/entries/auto-top-up.ts'
import type { PageHeader } from '../../ledger/page/page.ts'
import { suspendReasons, waitReasons } from '../../ledger/tally/top-up-state.ts'
import { amountText } from '../../money/amounts.ts'
import { instantText } from '../../time/instant.ts'
import type { Purchase } from '../../top-ups/automatic-purchase.ts'
import { skipReasonOf, skipReasons } from '../../top-ups/shown-top-up.ts'
import { automaticId } from '../../top-ups/top-up.ts'
import { settingsFields } from '../credits/top-up-entry.ts'
import { amountSchema } from '../fields/amount.ts'
import { timeSchema } from '../fields/time.ts'
import { priceSchema, priceShape } from './top-up.ts'

/** Where automatic top-up stands. */
export const shownStateSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('off') }),
    z.object({ kind: z.literal('idle') }),
    z.object({ kind: z.literal('open'), topUp: z.string(), buys: amountSchema }),
    z.object({ kind: z.literal('waiting'), topUp: z.string(), until: timeSchema, reason: z.enum(waitReasons) }),
    z.object({ kind: z.literal('suspended'), reason: z.enum(suspendReasons) }),
    z.object({ kind: z.literal('reconciling') }),
  ])
  .check(
    z.meta({
      id: 'TopUpState',
      description:
        'off; idle: the balance was not below the threshold; open: a top-up is on its way; waiting: the next try is at `until`; suspended: until an admin retries or stores another payment method; reconciling: the log was restored, and nothing is bought until every payment was compared with it (automatic)',
    }),
  )

/** What stops automatic top-up until a person lifts it. */
const shownStopSchema = z
  .object({
    reason: z.enum(suspendReasons),
    since: z.optional(
      described(timeSchema, 'When the page of the log that stopped it was written; absent where that lies far back'),
    ),
    goesOnBy: described(z.array(z.string()), 'Any one of these calls lets it go on'),
  })
  .check(
    z.meta({
      id: 'TopUpStop',
      description:
        'Nothing is bought automatically until it is lifted, also where automatic top-up is off now and is switched on',
    }),
  )

const stateFields = {
  state: shownStateSchema,
  stopped: z.optional(shownStopSchema),
  skips: z.optional(
    described(
      z.enum(skipReasons),
      'Why a balance below the threshold buys nothing more at this moment: one is on its way (`in-flight`), it is `suspended` or `off`, or waits for the reason given',
    ),
  ),
  thisMonth: z.optional(
    described(
      z.object({ month: z.string(), paid: z.string(), number: z.int() }),
      'What automatic top-ups came to in the newest month that had any; paid in euros',
    ),
  ),
}

/** What the next automatic purchase would be. */
export const nextPurchaseSchema = described(
  z.object({ amount: amountSchema, price: priceSchema }),
  'What the next automatic purchase would be: at this balance, or, where that reaches the threshold, as soon as it falls below. Absent: it is off, or the month’s cap has no room for one',
)

export const nextPurchaseExample: z.infer<typeof nextPurchaseSchema> = {
  amount: { eur: '100.00', credits: '10000' },
  price: { net: '100.00', discount: '0.00', fee: '0.35', tax: '19.07', total: '119.42' },
}

export const nextPurchaseShape = ({ credits, price }: Purchase): z.infer<typeof nextPurchaseSchema> => ({
  amount: amountText(credits),
  price: priceShape(price),
})

export const topUpSettingsSchema = z
  .object({
    version: described(z.int(), 'The page of the log that made them'),
    ...settingsFields,
    ...stateFields,
    nextPurchase: z.optional(nextPurchaseSchema),
  })
  .check(z.meta({ id: 'TopUpSettings' }))

/** As of a page of the log. */
export function topUpStateShape(
  { topUp, tally, balance }: PageHeader,
  auto: AutoTopUp | undefined,
): {
  state: z.infer<typeof shownStateSchema>
  skips?: (typeof skipReasons)[number] | undefined
  thisMonth?: { month: string; paid: string; number: number } | undefined
} {
  const { month = '', paid, number = 0 } = tally ?? {}
  const skips = skipReasonOf(topUp, auto, balance)
  return {
    state: shownState(topUp),
    skips,
    thisMonth: month !== '' && paid !== undefined ? { month, paid: paid.toFixed(2), number } : undefined,
  }
}

export function shownState(state: PageHeader['topUp']): z.infer<typeof shownStateSchema> {
  switch (state.kind) {
    case 'off':
    case 'idle':
    case 'reconciling':
      return { kind: state.kind }
    case 'open':
      return { kind: 'open', topUp: automaticId(state.of), buys: amountText(state.buys) }
    case 'waiting':
      return { kind: 'waiting', topUp: automaticId(state.of), until: instantText(state.until), reason: state.reason }
    case 'suspended':
      return { kind: 'suspended', reason: state.reason }
  }
}
