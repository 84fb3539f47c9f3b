import * as api from '../../../shared/api/top-ups/receipts.ts'
import { readBilling } from '../../../shared/billing/io/billing-details-table.ts'
import { receiptHtml } from '../../../shared/billing/io/receipt-html.ts'
import { hasReceipt, type Receipt, receiptOf } from '../../../shared/billing/receipt.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { FileBody } from '../../../shared/http/answer.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { knownAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { knownTopUp } from '../../../shared/top-ups/io/known-top-up.ts'
import { type Services, serve } from '../services.ts'

const getHtml = serve(api.getReceiptHtml, async ({ params }, { services }) => ({
  status: 200,
  body: new FileBody('text/html; charset=utf-8', await receiptHtml(await receipt(params, services))),
}))

const getPdf = serve(api.getReceiptPdf, async ({ params }, { services }) => {
  // Loaded on use: the drawing code is large and seldom needed.
  const { receiptPdf } = await import('../../../shared/billing/io/receipt-pdf.ts')
  return { status: 200, body: new FileBody('application/pdf', await receiptPdf(await receipt(params, services))) }
})

/** @throws Problem where the top-up is not credited, or the stage has no seller */
async function receipt(
  params: { readonly account: string; readonly topUp: string },
  services: Services,
): Promise<Receipt> {
  const account = await knownAccount(services, params.account)
  const topUp = await knownTopUp(services, params)
  if (!hasReceipt(topUp))
    throw new Problem('receipt.not-paid', `top-up ${topUp.id} is ${topUp.status}; a receipt is of what was credited`)
  const { seller } = services
  if (seller === undefined)
    throw new Problem(
      'receipt.no-seller',
      `stage ${services.stage} does not say who sells; deploy it with the context "seller"`,
    )
  const billing = topUp.billing === 0 ? undefined : await readBilling(services.accounts, account.account, topUp.billing)
  return receiptOf(topUp, account, billing, seller)
}

export const receiptHandlers: readonly Served<Services>[] = [getHtml, getPdf]
