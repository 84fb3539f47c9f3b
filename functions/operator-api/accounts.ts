import * as api from '../../shared/api/accounts/accounts.ts'
import { readGivenAmount } from '../../shared/api/fields/given-amount.ts'
import { Problem } from '../../shared/errors/problems.ts'
import { refusal } from '../../shared/errors/refusal.ts'
import type { Served } from '../../shared/http/serve.ts'
import { type AccountRecord, listAccounts as list, putAccount } from '../../shared/ledger/io/accounts-table.ts'
import { openLog } from '../../shared/ledger/io/open-log.ts'
import type { Credits } from '../../shared/money/amounts.ts'
import { plain } from '../../shared/money/exact.ts'
import { type Services, serve } from './services.ts'

const DEFAULT_TIME_ZONE = 'Europe/Berlin'

/**
 * Opens an account: first its record, then page 1 of its log, which is made from the record that stands.
 *
 * In this order, because page 1 lets usage in. A crash in between leaves a record without a log: such an account
 * takes no usage at all, and the same request sent again finishes it. The other way round it would charge usage to an
 * account that has no name and no time zone, that no list shows, and that another request could give other ones.
 */
/** A notice goes out when there is nothing left. */
const DEFAULT_LEVELS = [{ credits: '0' }] as const

const openAccount = serve(api.openAccount, async ({ body, key }, { caller, services, tools }) => {
  const asked: AccountRecord = {
    account: body.account,
    name: body.name,
    timeZone: body.timeZone ?? DEFAULT_TIME_ZONE,
    currency: 'EUR',
    lowBalanceLevels: eachOnce((body.lowBalanceLevels ?? DEFAULT_LEVELS).map(readGivenAmount)),
    openedAt: tools.now(),
    actor: caller.subject,
    key,
  }
  const standing = await putAccount(services.accounts, asked)
  // A request without levels takes the stored ones: today's default may differ from that of the opening.
  const isTold = body.lowBalanceLevels !== undefined
  const differing = differences(isTold ? asked : { ...asked, lowBalanceLevels: standing.lowBalanceLevels }, standing)
  if (differing.length > 0) {
    throw new Problem(
      'account.exists',
      `account ${asked.account} is open already and differs in ${differing.join(', ')}; choose another id, or send what it was opened with`,
    )
  }
  await openLog(services.log, standing, { writtenAt: tools.now(), nonce: services.nonce() })
  const isOurs = standing.key === key && standing.actor === caller.subject
  return { status: isOurs ? 201 : 200, body: api.accountShape(standing) }
})

/** A level that stands twice would send its notice twice. @throws Problem */
function eachOnce(levels: readonly Credits[]): readonly Credits[] {
  const faults = levels.flatMap((level, index) => {
    const twin = levels.findIndex((other) => other.eq(level))
    const detail = `is the same balance as /lowBalanceLevels/${twin}; give each level once`
    return twin === index ? [] : [{ pointer: `/lowBalanceLevels/${index}`, detail }]
  })
  if (faults.length > 0) throw refusal('request.body', faults)
  return levels
}

function differences(asked: AccountRecord, standing: AccountRecord): readonly string[] {
  const levels = (record: AccountRecord) => record.lowBalanceLevels.map(plain).join()
  return [
    ...(asked.name === standing.name ? [] : ['name']),
    ...(asked.timeZone === standing.timeZone ? [] : ['timeZone']),
    ...(levels(asked) === levels(standing) ? [] : ['lowBalanceLevels']),
  ]
}

const listAccounts = serve(api.listAccounts, async ({ query: { limit, after } }, { services }) => {
  const accounts = await list(services.accounts, { after, limit })
  const last = accounts.length === limit ? accounts.at(-1) : undefined
  return { status: 200, body: { accounts: accounts.map(api.accountShape), next: api.paging.next(last?.account) } }
})

export const accountHandlers: readonly Served<Services>[] = [openAccount, listAccounts]
