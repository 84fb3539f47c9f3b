import * as z from 'zod/mini'
import { accountPathSchema } from '../../../shared/api/accounts/account.ts'
import { cursorOf, nextSchema, pagingSchema } from '../../../shared/api/fields/paging.ts'
import {
  billingExample,
  billingShape,
  billingVersionSchema,
  detailsShape,
  putBillingSchema,
  readBillingDetails,
} from '../../../shared/api/top-ups/billing.ts'
import type { BillingVersion } from '../../../shared/billing/billing-details.ts'
import {
  listBilling,
  newestBilling,
  putBilling,
  readBilling,
} from '../../../shared/billing/io/billing-details-table.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import { nothing, type Operation, reading, writing } from '../../../shared/http/operation.ts'
import { knownAccount } from '../../../shared/ledger/io/known-account.ts'

const MOST = 100

const example = { ...billingExample, savedBy: 'olga', savedAt: '2026-11-24T08:00:00.000Z' }

const getDetails = reading({
  operationId: 'getBillingDetails',
  tag: 'Top-ups',
  summary: 'Whom receipts are made out to',
  params: accountPathSchema,
  query: nothing,
  answers: [{ status: 200, description: 'The newest version', schema: billingVersionSchema, example }],
  problems: ['billing-details.none'],
  handle: async ({ params: { account } }, { services }) => {
    await knownAccount(services, account)
    const newest = await newestBilling(services.accounts, account)
    if (newest !== undefined) return { status: 200, body: billingShape(newest) }
    const detail = `account ${account} has no billing details; PUT /v1/accounts/${account}/billing-details sets them`
    throw new Problem('billing-details.none', detail)
  },
})

const putDetails = writing({
  operationId: 'putBillingDetails',
  tag: 'Top-ups',
  summary: 'Set whom receipts are made out to',
  description:
    'As a new version; the ones before are kept, and so every receipt stays as it was. What is bought from now on is made out to this one.',
  params: accountPathSchema,
  body: { schema: putBillingSchema, example: { ...billingExample, version: 0 } },
  answers: [{ status: 200, description: 'In force', schema: billingVersionSchema, example }],
  problems: ['billing-details.changed'],
  handle: async ({ params: { account }, body: { version: seen, ...given } }, { services, caller, tools }) => {
    await knownAccount(services, account)
    const details = readBillingDetails(given)
    const { version = 0 } = (await newestBilling(services.accounts, account)) ?? {}
    const wanted = { ...details, account, version: seen + 1, actor: caller.subject, savedAt: tools.now() }
    if (version === seen && (await putBilling(services.accounts, wanted)) === 'put')
      return { status: 200, body: billingShape(wanted) }
    // Sent again after its answer got lost.
    const standing = await readBilling(services.accounts, account, seen + 1)
    if (standing !== undefined && isSame(standing, wanted)) return { status: 200, body: billingShape(standing) }
    const detail = `the billing details of ${account} are not at version ${seen} any more, or not yet; look at them again`
    throw new Problem('billing-details.changed', detail)
  },
})

const isSame = (standing: BillingVersion, wanted: BillingVersion): boolean =>
  standing.actor === wanted.actor && JSON.stringify(detailsShape(standing)) === JSON.stringify(detailsShape(wanted))

const cursor = cursorOf('billing-details', z.number())

const listVersions = reading({
  operationId: 'listBillingDetails',
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
  problems: [],
  handle: async ({ params: { account }, query: { limit = MOST, after } }, { services }) => {
    await knownAccount(services, account)
    const before = after === undefined ? undefined : cursor.read(after)
    const versions = await listBilling(services.accounts, account, { before, limit })
    const last = versions.length === limit ? versions.at(-1) : undefined
    const next = last === undefined ? {} : { next: cursor.write(last.version) }
    return { status: 200, body: { versions: versions.map(billingShape), ...next } }
  },
})

export const billingDetailsOperations: readonly Operation[] = [getDetails, putDetails, listVersions]
