import { noSuchAccount, readTimeZone } from '../../shared/ledger/io/accounts-table.ts'
import { todayIn } from '../../shared/time/today-in.ts'
import type { Setting } from './services.ts'

/** The calendar month where an account is: `2026-11`. @throws Problem when there is no such account */
export async function monthIn(
  account: string,
  { services, tools }: Pick<Setting, 'services' | 'tools'>,
): Promise<string> {
  const timeZone = await readTimeZone(services.accounts, account)
  if (timeZone === undefined) throw noSuchAccount(account)
  return (await todayIn(timeZone, tools.now())).slice(0, 'YYYY-MM'.length)
}
