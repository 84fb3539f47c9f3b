import { amountText, type Credits, credits, minus, noCredits, plus } from '../../../../shared/money/amounts.ts'
import { plain } from '../../../../shared/money/exact.ts'
import { Failure } from '../failure.ts'
import type { BalanceAnswer, EntryAnswer } from './api-answers.ts'
import type { ApiClient } from './api-client.ts'
import type { AccountBook } from './charge-book.ts'

/**
 * Adds up every entry of the account's log up to the page of the balance that the API gives; they are equal to the last digit.
 *
 * @throws Failure when they differ
 */
export async function checkBalance(api: ApiClient, account: string, book: AccountBook): Promise<BalanceAnswer> {
  const answer = await api.get<BalanceAnswer>(`/v1/accounts/${account}/balance`)
  await book.readOn()
  const balance = balanceOf(book.entries().filter(({ page }) => page <= answer.seq))
  if (plain(balance) === answer.balance.credits) return answer
  throw new Failure(
    `the balance of ${account} is ${answer.balance.eur} €, but grants minus charges are ${amountText(balance).eur} €`,
  )
}

function balanceOf(entries: readonly EntryAnswer[]): Credits {
  let balance = noCredits
  for (const entry of entries) {
    if (!('amount' in entry)) continue
    const amount = credits(entry.amount.credits)
    balance = entry.kind === 'charge' ? minus(balance, amount) : plus(balance, amount)
  }
  return balance
}
