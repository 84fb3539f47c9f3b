import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import { noSuchAccount, readTimeZone } from '../../ledger/io/accounts-table.ts'
import { todayIn } from '../../time/today-in.ts'

/** The calendar month where an account is: `2026-11`. @throws Problem when there is no such account */
export async function monthIn(
  account: string,
  {
    services,
    tools,
  }: { readonly services: { readonly accounts: AccountsTable }; readonly tools: { readonly now: () => number } },
): Promise<string> {
  const timeZone = await readTimeZone(services.accounts, account)
  if (timeZone === undefined) throw noSuchAccount(account)
  return (await todayIn(timeZone, tools.now())).slice(0, 'YYYY-MM'.length)
}
