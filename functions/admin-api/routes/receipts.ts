import * as z from 'zod/mini'
import { topUpPathSchema } from '../../../shared/api/top-ups/top-up.ts'
import { readBilling } from '../../../shared/billing/io/billing-details-table.ts'
import { receiptHtml } from '../../../shared/billing/io/receipt-html.ts'
import { hasReceipt, type Receipt, receiptOf } from '../../../shared/billing/receipt.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { FileBody } from '../../../shared/http/answer.ts'
import { nothing, type Operation, reading, type Setting } from '../../../shared/http/operation.ts'
import { knownAccount } from '../../../shared/ledger/io/known-account.ts'
import { knownTopUp } from '../known-top-up.ts'

const common = {
  tag: 'Top-ups',
  params: topUpPathSchema,
  query: nothing,
  problems: ['top-up.not-found', 'receipt.not-paid', 'receipt.no-seller'],
} as const

const description =
  'Made out to the billing details in force when it was bought, in their language; they stay as they were. What was taken back since stands below the total.'

const getHtml = reading({
  ...common,
  operationId: 'getReceiptHtml',
  summary: 'The receipt of a top-up, as a page',
  description,
  answers: [
    {
      status: 200,
      description: 'One page that needs nothing else',
      schema: z.string(),
      example: '<!doctype html>',
      mediaType: 'text/html',
    },
  ],
  handle: async ({ params }, { services }) => ({
    status: 200,
    body: new FileBody('text/html; charset=utf-8', await receiptHtml(await receipt(params, services))),
  }),
})

const getPdf = reading({
  ...common,
  operationId: 'getReceiptPdf',
  summary: 'The receipt of a top-up, to keep',
  description: `${description} The same receipt is the same bytes.`,
  answers: [
    { status: 200, description: 'A tagged PDF', schema: z.string(), example: '%PDF-1.7', mediaType: 'application/pdf' },
  ],
  handle: async ({ params }, { services }) => {
    // What draws is large, and seldom needed.
    const { receiptPdf } = await import('../../../shared/billing/io/receipt-pdf.ts')
    return { status: 200, body: new FileBody('application/pdf', await receiptPdf(await receipt(params, services))) }
  },
})

/** @throws Problem where there is nothing to show, or nobody who sold it */
async function receipt(params: z.infer<typeof topUpPathSchema>, services: Setting['services']): Promise<Receipt> {
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

export const receiptOperations: readonly Operation[] = [getHtml, getPdf]
