import { readGivenAmount } from '../../shared/api/fields/given-amount.ts'
import * as api from '../../shared/api/top-ups/invoices.ts'
import type { Problem } from '../../shared/errors/problems.ts'
import { refusal } from '../../shared/errors/refusal.ts'
import type { Served } from '../../shared/http/serve.ts'
import { knownAccount } from '../../shared/ledger/io/accounts-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { todayIn } from '../../shared/time/today-in.ts'
import { creditAnswer } from './credit-answer.ts'
import { type Services, serve } from './services.ts'

const creditInvoiceOperation = serve(api.creditInvoice, async ({ params: { account }, body, key }, setting) => {
  const { services, caller, tools } = setting
  const { timeZone } = await knownAccount(services, account)
  const { reference, dueOn } = body
  const credits = readGivenAmount(body.amount)
  if (!credits.isInteger())
    throw refusal('request.body', [
      { pointer: '/amount', detail: 'an invoice has whole cents; give at most two decimals' },
    ])
  const at = tools.now()
  const invoice = { kind: 'invoice', key, actor: caller.subject, at, reference, dueOn, credits } as const
  return await creditAnswer(account, invoice, setting, { refusal: await overdueRefusal(dueOn, timeZone, at) })
})

async function overdueRefusal(dueOn: string, timeZone: string, now: Instant): Promise<Problem | undefined> {
  const today = await todayIn(timeZone, now)
  if (dueOn >= today) return undefined
  const detail = `${dueOn} is over in ${timeZone}; give ${today} or a later day`
  return refusal('request.body', [{ pointer: '/dueOn', detail }])
}

export const invoiceHandlers: readonly Served<Services>[] = [creditInvoiceOperation]
