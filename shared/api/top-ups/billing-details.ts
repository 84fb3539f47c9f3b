import * as z from 'zod/mini'
import { type Operation, reading, writing } from '../../http/operation.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { nextSchema, pagingSchema } from '../fields/paging.ts'
import { billingExample, billingVersionSchema, putBillingSchema } from './billing.ts'

export const MOST = 100

const example = { ...billingExample, savedBy: 'olga', savedAt: '2026-11-24T08:00:00.000Z' }

export const getBillingDetails = reading({
  operationId: 'getBillingDetails',
  method: 'GET',
  path: '/v1/accounts/{account}/billing-details',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'Show the billing details',
  params: accountPathSchema,
  answers: [{ status: 200, description: 'The newest version', schema: billingVersionSchema, example }],
  problems: ['billing-details.none'],
})

export const putBillingDetails = writing({
  operationId: 'putBillingDetails',
  method: 'PUT',
  path: '/v1/accounts/{account}/billing-details',
  scope: 'account:admin',
  tag: 'Top-ups',
  summary: 'Set the billing details',
  description:
    'Receipts are made out to them. This stores a new version and keeps the earlier ones, so every old receipt stays as it was. Receipts of later purchases use this one.',
  params: accountPathSchema,
  body: { schema: putBillingSchema, example: { ...billingExample, version: 0 } },
  answers: [{ status: 200, description: 'In force', schema: billingVersionSchema, example }],
  problems: ['billing-details.changed'],
})

export const listBillingDetails = reading({
  operationId: 'listBillingDetails',
  method: 'GET',
  path: '/v1/accounts/{account}/billing-details/versions',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'All versions of the billing details',
  params: accountPathSchema,
  query: pagingSchema(MOST, MOST),
  answers: [
    {
      status: 200,
      description: 'Newest first',
      schema: z.object({ versions: z.array(billingVersionSchema), next: nextSchema }),
      example: { versions: [example] },
    },
  ],
})

export const billingDetailsOperations: readonly Operation[] = [getBillingDetails, putBillingDetails, listBillingDetails]
