import * as z from 'zod/mini'
import { requestDifference } from '../../../shared/account-log/difference.ts'
import type { GrantEntry } from '../../../shared/account-log/entry.ts'
import { requestIdentity } from '../../../shared/account-log/identity.ts'
import { amountText, plus } from '../../../shared/money/amounts.ts'
import { plain } from '../../../shared/money/exact.ts'
import { isWithinRange, LARGEST_CREDITS } from '../../../shared/money/limits.ts'
import { type LogTable, readHead } from '../../../shared/store/log-table.ts'
import type { Proposal } from '../../../shared/store/outcomes.ts'
import { nameSchema, sentenceSchema } from '../../../shared/usage/text.ts'
import { noSuchAccount } from '../access.ts'
import { type Operation, writing } from '../operation.ts'
import { Problem } from '../problems.ts'
import { accountPathSchema } from '../shapes/account.ts'
import { amountSchema } from '../shapes/amount.ts'
import { described } from '../shapes/described.ts'
import { grantEntrySchema, grantShape } from '../shapes/entry.ts'
import { givenAmountSchema, readGivenAmount } from '../shapes/given-amount.ts'

const fifty = { eur: '50.00', credits: '5000' }

/**
 * Gives credits. Its identity in the log is the account and the Idempotency-Key, for ever: sent again after any crash,
 * and after the 48 hours too, it finds its own entry.
 */
const grantCredits = writing({
  operationId: 'grantCredits',
  tag: 'Credits',
  summary: 'Grant credits to an account',
  description:
    'The Idempotency-Key is kept with the entry for good: a key once used for an account never grants a second time.',
  params: accountPathSchema,
  body: {
    schema: z
      .strictObject({
        amount: givenAmountSchema,
        reason: described(sentenceSchema, 'Why; stands in the log'),
        reference: z.optional(described(nameSchema, 'An invoice or ticket')),
      })
      .check(z.meta({ id: 'Grant' })),
    example: { amount: { eur: '50.00' }, reason: 'welcome', reference: 'INV-17' },
  },
  answers: [
    {
      status: 201,
      description: 'Granted; the balance is that after the page the entry stands in',
      schema: z.object({ entry: grantEntrySchema, balance: amountSchema }),
      example: {
        entry: {
          kind: 'grant',
          page: 2,
          position: 0,
          amount: fifty,
          actor: 'olga',
          reason: 'welcome',
          reference: 'INV-17',
          at: '2026-11-23T10:15:30.123Z',
        },
        balance: fifty,
      },
    },
  ],
  problems: ['balance.out-of-range'],
  handle: async ({ params, body, key }, { caller, services, tools }) => {
    const entry: GrantEntry = {
      kind: 'grant',
      key,
      actor: caller.subject,
      at: tools.now(),
      reason: body.reason,
      reference: body.reference,
      credits: readGivenAmount(body.amount),
    }
    const { account } = params
    const [outcome] = await services.writer.commit(
      account,
      [proposalOf(services.log, account, entry)],
      tools.remainingMs,
    )
    switch (outcome?.kind) {
      case 'committed':
      case 'replayed': {
        if (outcome.entry.kind !== 'grant') throw new Error(`the grant ${key} of ${account} is another entry`)
        const { header } = outcome.page
        const shown = grantShape(outcome.entry, header.seq, outcome.position)
        return { status: 201, body: { entry: shown, balance: amountText(header.balance) } }
      }
      case 'refused':
        throw outcome.refusal
      case 'conflict':
        throw new Problem(
          'idempotency.other-request',
          `the log of ${account} has an entry with this key that differs in ${outcome.differs.join(', ')}; use a fresh key`,
        )
      case 'no-account':
        throw noSuchAccount(account)
      case 'not-committed':
        throw outcome.cause
      case undefined:
        throw new Error('a commit of one proposal has no outcome')
    }
  },
})

function proposalOf(log: LogTable, account: string, entry: GrantEntry): Proposal<Problem> {
  return {
    identity: requestIdentity(account, entry.key),
    boundAt: undefined,
    differenceFrom: (other) => requestDifference(entry, other),
    settle: async () => {
      const head = (await readHead(log, account))?.header
      const credited = head && plus(head.totalCredited, entry.credits)
      if (credited === undefined || isWithinRange(credited)) return { kind: 'entry', entry }
      const detail = `all credits ever given to ${account} would pass ${plain(LARGEST_CREDITS)}; grant less`
      return { kind: 'refused', refusal: new Problem('balance.out-of-range', detail) }
    },
  }
}

export const grantOperations: readonly Operation[] = [grantCredits]
