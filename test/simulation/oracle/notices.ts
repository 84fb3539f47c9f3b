import { amount, amountText } from './amount.ts'
import type { Report } from './findings.ts'
import type { Ledger } from './ledger.ts'

/** Watches the domain events: of each crossing at least one, and never one of anything else. */
export interface Notices {
  readonly published: (type: string, detail: string) => void
  readonly judge: (accounts: readonly string[]) => void
}

interface NoticeText {
  readonly id: string
  readonly data: {
    readonly account: string
    readonly seq: number
    readonly level: { readonly credits: string }
    readonly balance: { readonly credits: string }
  }
}

export function noticesOf(ledger: Ledger, report: Report): Notices {
  const told = new Set<string>()
  const published: Notices['published'] = (type, detail) => {
    const { id, data } = JSON.parse(detail) as NoticeText
    const page = ledger.pages(data.account)[data.seq - 1]
    const isCrossing = page?.crossings.some((level) => amount(level) === amount(data.level.credits))
    const isRight = isCrossing && page !== undefined && amount(page.balance) === amount(data.balance.credits)
    const name = nameOf(data.account, data.seq, data.level.credits)
    if (type !== 'groschen.balance.low' || !isRight || id !== name)
      report('safety', 'a notice tells of a crossing', `${type} ${detail}`)
    told.add(name)
  }
  const judge: Notices['judge'] = (accounts) => {
    for (const account of accounts) {
      for (const { seq, crossings } of ledger.pages(account)) {
        for (const level of crossings) {
          const name = nameOf(account, seq, level)
          if (!told.has(name)) report('safety', 'every crossing is told', name)
        }
      }
    }
  }
  return { published, judge }
}

const nameOf = (account: string, seq: number, level: string): string => `${account}#${seq}#${amountText(amount(level))}`
