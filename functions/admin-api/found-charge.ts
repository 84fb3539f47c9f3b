import { Problem } from '../../shared/errors/problems.ts'
import { noSuchAccount } from '../../shared/ledger/io/accounts-table.ts'
import { readHead } from '../../shared/ledger/io/log-table.ts'
import type { LogWriter } from '../../shared/ledger/io/log-writer.ts'
import type { Services } from './services.ts'

type FoundCharge = NonNullable<Awaited<ReturnType<LogWriter['findCharge']>>>

/** The charge of a usage event. @throws Problem when there is none, saying whether there is such an account at all */
export async function foundCharge(
  account: string,
  { source, id }: { readonly source: string; readonly id: string },
  { log, writer }: Pick<Services, 'log' | 'writer'>,
): Promise<FoundCharge> {
  const found = await writer.findCharge(account, source, id)
  if (found !== undefined) return found
  if ((await readHead(log, account)) === undefined) throw noSuchAccount(account)
  throw noSuchCharge(account, { source, id })
}

/** Also for a charge of another user than the one who is asked for: it can't be used to ask which charges there are. */
export const noSuchCharge = (account: string, { source, id }: { readonly source: string; readonly id: string }) =>
  new Problem(
    'charge.not-found',
    `account ${account} has no charge for source ${source} and id ${id}; it may still be under way, parked or quarantined`,
  )
