import * as z from 'zod/mini'
import type { BillingDetails, BillingVersion } from '../../billing/billing-details.ts'
import { readVatId } from '../../billing/vat-id.ts'
import { refusal } from '../../errors/refusal.ts'
import { ruled } from '../../errors/ruled.ts'
import { described } from '../../http/described.ts'
import { answer, type Operation, reading, writing } from '../../http/operation.ts'
import { languages } from '../../text/language.ts'
import { instantText } from '../../time/instant.ts'
import { nameSchema } from '../../usage/text.ts'
import { accountPathSchema } from '../accounts/account.ts'
import { nextSchema, pagingOf } from '../fields/paging.ts'
import { timeSchema } from '../fields/time.ts'

const LINES = 4

const countrySchema = z
  .string()
  .check(
    z.regex(/^[A-Z]{2}$/, 'expected a country as two capital letters (ISO 3166): DE'),
    ruled(isCountry, 'there is no such country in ISO 3166'),
    z.meta({ examples: ['DE'] }),
  )

function isCountry(code: string): boolean {
  return (
    /^[A-Z]{2}$/.test(code) && new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(code) !== undefined
  )
}

/** SES takes none but ASCII before the @, and what may break a header must not come as far as there. */
const EMAIL =
  /^[A-Za-z0-9_.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/

export const emailSchema = z
  .string()
  .check(
    z.maxLength(254, 'expected at most 254 characters'),
    z.regex(EMAIL, 'expected an e-mail address: name@example.com'),
  )

const fields = {
  company: nameSchema,
  address: z.strictObject({
    lines: described(
      z
        .array(nameSchema)
        .check(
          z.minLength(1, 'expected a street, or what stands for it'),
          z.maxLength(LINES, `expected at most ${LINES} lines`),
        ),
      'Street and number, and what else stands above the city',
    ),
    postcode: described(nameSchema, 'Where there is none: a hyphen'),
    city: nameSchema,
    country: described(countrySchema, 'ISO 3166'),
  }),
  vatId: z.optional(described(nameSchema, 'Checked for its form and its check digits')),
  email: z.optional(described(emailSchema, 'Where receipts and notices go')),
  purchaseReference: z.optional(described(nameSchema, 'Yours, as it shall stand on receipts')),
  language: described(z.enum(languages), 'Of receipts, notices and pages of the payment provider'),
}

export const putBillingSchema = z
  .strictObject({
    version: described(z.int().check(z.minimum(0)), 'The version that you saw, and that this replaces; 0: the first'),
    ...fields,
  })
  .check(z.meta({ id: 'PutBillingDetails' }))

const billingVersionSchema = z
  .object({ version: z.int(), ...fields, savedBy: z.string(), savedAt: timeSchema })
  .check(z.meta({ id: 'BillingDetails' }))

const billingExample = {
  version: 1,
  company: 'Acme GmbH',
  address: { lines: ['Beispielstraße 1'], postcode: '10115', city: 'Berlin', country: 'DE' },
  vatId: 'DE136695976',
  email: 'billing@acme.example',
  purchaseReference: 'PO-4711',
  language: 'de' as const,
}

/** @throws Problem when the VAT id is none of that country */
export function readBillingDetails(given: Omit<z.infer<typeof putBillingSchema>, 'version'>): BillingDetails {
  const { company, address, email, purchaseReference, language } = given
  return { company, address, vatId: vatIdOf(given), email, purchaseReference, language }
}

function vatIdOf({ vatId, address }: Pick<z.infer<typeof putBillingSchema>, 'vatId' | 'address'>): string | undefined {
  if (vatId === undefined) return undefined
  const read = readVatId(vatId, address.country)
  if ('vatId' in read) return read.vatId
  throw refusal('request.body', [{ pointer: '/vatId', detail: read.fault }])
}

export const detailsShape = ({ company, address, vatId, email, purchaseReference, language }: BillingDetails) => ({
  company,
  address,
  vatId,
  email,
  purchaseReference,
  language,
})

export const billingShape = (billing: BillingVersion) => ({
  version: billing.version,
  ...detailsShape(billing),
  savedBy: billing.actor,
  savedAt: instantText(billing.savedAt),
})

export const paging = pagingOf('billing-details', z.number(), 100)

const example = { ...billingExample, savedBy: 'olga', savedAt: '2026-11-24T08:00:00.000Z' }

export const getBillingDetails = reading({
  operationId: 'getBillingDetails',
  route: 'GET /v1/accounts/{account}/billing-details',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'Show the billing details',
  params: accountPathSchema,
  answers: [answer(200, 'The newest version', billingVersionSchema, example)],
  problems: ['billing-details.none'],
})

export const putBillingDetails = writing({
  operationId: 'putBillingDetails',
  route: 'PUT /v1/accounts/{account}/billing-details',
  scope: 'account:admin',
  tag: 'Top-ups',
  summary: 'Set the billing details',
  description:
    'Receipts are made out to them. This stores a new version and keeps the earlier ones, so every old receipt stays as it was. Receipts of later purchases use this one.',
  params: accountPathSchema,
  body: { schema: putBillingSchema, example: { ...billingExample, version: 0 } },
  answers: [answer(200, 'In force', billingVersionSchema, example)],
  problems: ['billing-details.changed'],
})

export const listBillingDetails = reading({
  operationId: 'listBillingDetails',
  route: 'GET /v1/accounts/{account}/billing-details/versions',
  scope: 'account:read',
  tag: 'Top-ups',
  summary: 'All versions of the billing details',
  params: accountPathSchema,
  query: z.strictObject(paging.query),
  answers: [
    answer(200, 'Newest first', z.object({ versions: z.array(billingVersionSchema), next: nextSchema }), {
      versions: [example],
    }),
  ],
})

export const billingDetailsOperations: readonly Operation[] = [getBillingDetails, putBillingDetails, listBillingDetails]
