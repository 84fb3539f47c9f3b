import * as api from '../../../shared/api/top-ups/payment-methods.ts'
import { shownState } from '../../../shared/api/top-ups/top-up-state.ts'
import { Problem } from '../../../shared/errors/problems.ts'
import type { Served } from '../../../shared/http/serve.ts'
import type { TopUpRetryEntry } from '../../../shared/ledger/entries/top-up.ts'
import { knownAccount, noSuchAccount } from '../../../shared/ledger/io/accounts-table.ts'
import { commitOne } from '../../../shared/ledger/io/commit/commit-one.ts'
import { proposalOf } from '../../../shared/ledger/io/commit/proposal.ts'
import { readHead } from '../../../shared/ledger/io/log-table.ts'
import { OF_NO_PAGE, type TopUpState } from '../../../shared/ledger/tally/top-up-state.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { payerOf } from '../../../shared/top-ups/io/by-hand/payer-of.ts'
import { readPayer } from '../../../shared/top-ups/io/payers-table.ts'
import { readTopUp } from '../../../shared/top-ups/io/top-ups-table.ts'
import { automaticId } from '../../../shared/top-ups/top-up.ts'
import { stopOf } from '../../../shared/top-ups/top-up-stops.ts'
import { type Services, serve } from '../services.ts'

const getMethod = serve(api.getPaymentMethod, async ({ params: { account } }, { services }) => {
  await knownAccount(services, account)
  const payer = await readPayer(services.accounts, account)
  const method = payer && (await services.provider.methodOf(payer.customer))
  if (method === undefined) return { status: 200, body: { method: null } }
  const { brand, lastFour, expires } = method
  return { status: 200, body: { method: { brand, lastFour, expires } } }
})

const setUpMethod = serve(api.setUpPaymentMethod, async ({ params: { account }, key }, { services }) => {
  const { name } = await knownAccount(services, account)
  const { customer } = await payerOf(account, name, services)
  const { language } = await services.billing(account)
  const { returnUrl } = services
  const page = await services.provider.setup({ key: `${account}#${key}`, customer, language, returnUrl })
  return { status: 201, body: { url: page.url, expiresAt: instantText(page.expiresAt) } }
})

const retryTopUp = serve(api.retryTopUp, async ({ params: { account }, key }, setting) => {
  const { services, caller, tools } = setting
  const head = await readHead(services.log, account)
  if (head === undefined) throw noSuchAccount(account)
  const { topUp } = head.header
  const of = topUp.kind === 'waiting' || topUp.kind === 'suspended' ? topUp.of : OF_NO_PAGE
  const isWaitedFor = await pageWaitedFor(account, topUp, services)
  const entry: TopUpRetryEntry = {
    kind: 'top-up-retry',
    key,
    actor: caller.subject,
    at: tools.now(),
    of,
    cause: 'admin',
  }
  const proposal = proposalOf<Problem>(account, entry, {
    settle: () =>
      of === OF_NO_PAGE && stopOf(head.header) === undefined
        ? {
            kind: 'refused',
            refusal: new Problem(
              'top-up.nothing-to-retry',
              `automatic top-up of ${account} is ${topUp.kind}; ${isWaitedFor ?? 'there is nothing to try again'}`,
            ),
          }
        : { kind: 'entry', entry },
  })
  const page = await commitOne(account, setting, proposal)
  return { status: 200, body: { state: shownState(page.header.topUp) } }
})

/** The action that an open top-up or a restored log waits for; `undefined`: none. */
async function pageWaitedFor(
  account: string,
  state: TopUpState,
  { topUps }: Pick<Services, 'topUps'>,
): Promise<string | undefined> {
  if (state.kind === 'reconciling')
    return 'the log was restored, and it goes on by itself once every payment was held against it'
  if (state.kind !== 'open') return undefined
  const topUp = await readTopUp(topUps, account, automaticId(state.of))
  if (topUp?.status !== 'needs-action' || topUp.checkout === undefined) return undefined
  const { url, expiresAt } = topUp.checkout
  return `${topUp.id} waits until ${instantText(expiresAt)} for a payment on ${url}, with any card; after that it is tried again`
}

export const paymentMethodHandlers: readonly Served<Services>[] = [getMethod, setUpMethod, retryTopUp]
