import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccountBook } from '../../infra/cli/lib/api/account-book.ts'
import type { ApiClient } from '../../infra/cli/lib/api/api-client.ts'
import { deliver } from '../../infra/cli/lib/events/deliver.ts'
import { ensureRateCard } from '../../infra/cli/lib/first-rate-card.ts'
import { accessTo, type StackAccess } from '../../infra/cli/lib/place.ts'
import { openTables } from '../../infra/cli/lib/stored-tables.ts'
import { EVERYTHING, type Verdict, verifyAccounts, violationLine } from '../../infra/cli/lib/verify/verify-accounts.ts'
import { startStack } from '../../infra/local/stack.ts'
import { credits, minus } from '../../shared/money/amounts.ts'
import { plain } from '../../shared/money/exact.ts'
import { misused, toolOptions } from '../tool-options.ts'
import { accountWithCard, buyAutomatically, buyOnPage, outcomeOfBuying } from './buying.ts'
import { arm, type CrashPoint, callsOf } from './crash-point.ts'
import { LOAD_BECOMES, loadOf } from './load.ts'
import { trappedAssembly } from './trapped-assembly.ts'

/**
 * Kills a function of the embedded stack with SIGKILL before and after every request it makes to a service, one after
 * another, each time in the middle of a fresh account's usage or purchase, holds what came of it against what had to, and verifies
 * all that is stored in the end.
 *
 * `npm run crash-points -- [--every N]`: only each N-th request.
 */
const FUNCTIONS = ['PriceUsage', 'ProjectLog', 'TopUp', 'PaymentWebhook'] as const
const GRANT = '100'
/** The function's own line; what called it may say so too. */
const A_FUNCTION_DIED = /^\S+: its process ended \(SIGKILL\)/

const values = toolOptions(
  `npm run crash-points -- [--every N]
  Kills a function before and after every request it makes, and looks what came of it. Takes about ten minutes.
  --every N  only each N-th request (default 1)`,
  { every: { type: 'string', default: '1' } },
)
const every = Number(values.every)
if (!Number.isInteger(every) || every < 1) misused(`--every takes a whole number from 1, not ${values.every}`)

const directory = mkdtempSync(join(tmpdir(), 'groschen-crash-'))
const { assembly, traps } = await trappedAssembly(directory, FUNCTIONS)
let kills = 0
const countKill = (line: string): void => {
  if (A_FUNCTION_DIED.test(line)) kills += 1
}
const stack = await startStack({ directory, assembly, onLine: countKill })
const findings: string[] = []
let points = 0
try {
  const access = await accessTo(stack, 'operator')
  await ensureRateCard(access.api)
  for (const name of FUNCTIONS) {
    const trap = traps.get(name)
    if (trap === undefined) throw new Error(`the template has no function ${name}`)
    for (const moment of ['before', 'after'] as const) await crashAtEach(access, name, trap, moment)
  }
} finally {
  await stack.stop()
}
const verdict = await verified()
for (const finding of findings) console.log(`  ${finding}`)
console.log(`verified ${verdict.accounts} accounts, ${verdict.entries} entries: ${verdict.violations} violations`)
console.log(`${points} crash points, ${findings.length} with a finding`)
if (findings.length === 0) rmSync(directory, { recursive: true })
else console.log(`the data are in ${directory}`)
process.exitCode = findings.length === 0 ? 0 : 1

/** What the folder holds once nothing runs, recomputed from the ground up. */
async function verified(): Promise<Verdict> {
  const tables = await openTables({ data: directory })
  try {
    return await verifyAccounts(tables, EVERYTHING, (violation) => {
      findings.push(violationLine(violation))
    })
  } finally {
    await tables.close()
  }
}

/** Until the function makes fewer requests than the next crash would wait for. */
async function crashAtEach(
  access: StackAccess,
  name: string,
  trap: string,
  moment: CrashPoint['moment'],
): Promise<void> {
  for (let call = 1; ; call += every) {
    const account = `${name}-${moment}-${call}`.toLowerCase()
    const isBuying = name === 'TopUp' || name === 'PaymentWebhook'
    await (isBuying ? accountWithCard(access.api, account) : accountWithGrant(access.api, account))
    arm(trap, { call, moment })
    kills = 0
    if (isBuying) await (name === 'TopUp' ? buyAutomatically : buyOnPage)(access.api, account)
    const outcome = isBuying ? await outcomeOfBuying(access.api, account, directory) : await outcomeOf(access, account)
    const calls = callsOf(trap)
    if (calls.length < call) break
    points += 1
    const finding = outcome ?? (kills === 1 ? undefined : `killed ${kills} times instead of once`)
    console.log(`${name} killed ${moment} request ${call}, ${calls[call - 1]}: ${finding ?? 'as it had to be'}`)
    if (finding !== undefined) findings.push(`${account}: ${finding}`)
  }
  arm(trap, undefined)
}

async function accountWithGrant(api: ApiClient, account: string): Promise<void> {
  await api.post('/v1/accounts', { account, name: account }, `open-${account}`)
  const grant = { amount: { credits: GRANT }, reason: 'crash point' }
  await api.post(`/v1/accounts/${account}/grants`, grant, `grant-${account}`)
}

/** What is wrong with what a load came to; `undefined`: nothing. */
async function outcomeOf({ api, queue }: StackAccess, account: string): Promise<string | undefined> {
  const book = new AccountBook(api, account)
  const { became, settled } = await deliver({ api, queue }, book, loadOf(account, Date.now()))
  const { balance } = await api.get<{ balance: { credits: string } }>(`/v1/accounts/${account}/balance`)
  const count = (kind: string) => became.filter((one) => one.kind === kind).length
  const found = {
    settled,
    charged: count('charged'),
    replayed: count('replayed'),
    parked: count('parked'),
    quarantined: count('quarantined'),
    entries: book.entries.length,
    balance: balance.credits,
  }
  const { credits: spent, ...counts } = LOAD_BECOMES
  const wanted = {
    settled: 'settled',
    ...counts,
    entries: 2 + counts.charged,
    balance: plain(minus(credits(GRANT), credits(spent))),
  }
  const [is, wants] = [JSON.stringify(found), JSON.stringify(wanted)]
  return is === wants ? undefined : `${is} instead of ${wants}`
}
