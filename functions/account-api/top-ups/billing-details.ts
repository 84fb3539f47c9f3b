import * as api from '../../../shared/api/top-ups/billing-details.ts'
import type { BillingVersion } from '../../../shared/billing/billing-details.ts'
import {
  listBilling,
  newestBilling,
  putBilling,
  readBilling,
} from '../../../shared/billing/io/billing-details-table.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { knownAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { type Services, serve } from '../services.ts'

const getDetails = serve(api.getBillingDetails, async ({ params: { account } }, { services }) => {
  await knownAccount(services, account)
  const newest = await newestBilling(services.accounts, account)
  if (newest !== undefined) return { status: 200, body: api.billingShape(newest) }
  const detail = `account ${account} has no billing details; PUT /v1/accounts/${account}/billing-details sets them`
  throw new Problem('billing-details.none', detail)
})

const putDetails = serve(
  api.putBillingDetails,
  async ({ params: { account }, body: { version: seen, ...given } }, { services, caller, tools }) => {
    await knownAccount(services, account)
    const details = api.readBillingDetails(given)
    const { version = 0 } = (await newestBilling(services.accounts, account)) ?? {}
    const wanted = { ...details, account, version: seen + 1, actor: caller.subject, savedAt: tools.now() }
    if (version === seen && (await putBilling(services.accounts, wanted)) === 'put')
      return { status: 200, body: api.billingShape(wanted) }
    // Sent again after its answer got lost.
    const standing = await readBilling(services.accounts, account, seen + 1)
    if (standing !== undefined && isSame(standing, wanted)) return { status: 200, body: api.billingShape(standing) }
    const detail = `the billing details of ${account} are not at version ${seen} any more, or not yet; look at them again`
    throw new Problem('billing-details.changed', detail)
  },
)

const isSame = (standing: BillingVersion, wanted: BillingVersion): boolean =>
  standing.actor === wanted.actor &&
  JSON.stringify(api.detailsShape(standing)) === JSON.stringify(api.detailsShape(wanted))

const listVersions = serve(
  api.listBillingDetails,
  async ({ params: { account }, query: { limit, after: before } }, { services }) => {
    await knownAccount(services, account)
    const versions = await listBilling(services.accounts, account, { before, limit })
    const last = versions.length === limit ? versions.at(-1) : undefined
    return { status: 200, body: { versions: versions.map(api.billingShape), next: api.paging.next(last?.version) } }
  },
)

export const billingDetailsHandlers: readonly Served<Services>[] = [getDetails, putDetails, listVersions]
