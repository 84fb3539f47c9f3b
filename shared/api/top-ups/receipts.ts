import * as z from 'zod/mini'
import { type Operation, reading } from '../../http/operation.ts'
import { topUpPathSchema } from './top-up.ts'

const common = {
  tag: 'Top-ups',
  params: topUpPathSchema,
  problems: ['top-up.not-found', 'receipt.not-paid', 'receipt.no-seller'],
} as const

const description =
  'Made out to the billing details in force when it was bought, in their language; they stay as they were. What was taken back since stands below the total.'

export const getReceiptHtml = reading({
  ...common,
  operationId: 'getReceiptHtml',
  route: 'GET /v1/accounts/{account}/top-ups/{topUp}/receipt.html',
  scope: 'account:read',
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
})

export const getReceiptPdf = reading({
  ...common,
  operationId: 'getReceiptPdf',
  route: 'GET /v1/accounts/{account}/top-ups/{topUp}/receipt.pdf',
  scope: 'account:read',
  summary: 'The receipt of a top-up, to keep',
  description: `${description} The same receipt is the same bytes.`,
  answers: [
    { status: 200, description: 'A tagged PDF', schema: z.string(), example: '%PDF-1.7', mediaType: 'application/pdf' },
  ],
})

export const receiptOperations: readonly Operation[] = [getReceiptHtml, getReceiptPdf]
