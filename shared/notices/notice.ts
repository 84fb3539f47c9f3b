import { countedCredits, euroText, momentIn } from '../billing/local-form.ts'
import { receiptNumber } from '../billing/receipt.ts'
import { credits, euros } from '../money/amounts.ts'
import type { Language } from '../text/language.ts'
import { parseInstant } from '../time/instant.ts'
import { adviceOn, declineWords } from './decline-words.ts'
import { limitNotice, upgradeNotice } from './limit-notice.ts'
import { noticeWords } from './notice-words.ts'
import type { ToldEvent, ToldExhausted, ToldLowBalance, ToldTopUp } from './told-event.ts'

/** The notice of an event for a person. Plain texts: escape them in HTML. */
export interface Notice {
  readonly language: Language
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** The page on which the reader has to act. */
  readonly link: { readonly label: string; readonly url: string } | undefined
  readonly reference: string
}

/** The reader of a notice. */
export interface Reader {
  readonly language: Language
  readonly timeZone: string
  /** The account's. */
  readonly name: string
  /** The user that it is about reads it, not an admin. */
  readonly isUser?: boolean
}

/** Words an event in its reader's language, with exact amounts and the remedy. */
export function noticeOf({ id, event }: ToldEvent, reader: Reader): Notice {
  const words = noticeWords[reader.language]
  const { subject, paragraphs, link } = saidOf(event, reader)
  return {
    language: reader.language,
    subject: `${subject} · ${reader.name}`,
    paragraphs: [words.greeting(reader.name), ...paragraphs],
    link,
    reference: words.event(id),
  }
}

function saidOf(event: ToldEvent['event'], reader: Reader): Said {
  switch (event.kind) {
    case 'balance-low':
      return lowBalance(event, reader)
    case 'balance-exhausted':
      return exhausted(event, reader)
    case 'limit-warning':
    case 'limit-reached':
    case 'limit-cleared':
      return { ...limitNotice(event, reader.language, reader.isUser === true), link: undefined }
    case 'upgrade-filed':
    case 'upgrade-approved':
    case 'upgrade-rejected':
      return { ...upgradeNotice(event, reader.language), link: undefined }
    default:
      return topUp(event, reader)
  }
}

const receiptPath = ({ account, topUp }: ToldTopUp['data']): string =>
  `/v1/accounts/${account}/top-ups/${topUp}/receipt.pdf`

type Said = Pick<Notice, 'subject' | 'paragraphs' | 'link'>

function lowBalance({ data }: ToldLowBalance, { language }: Reader): Said {
  const { lowBalance: words, remedy } = noticeWords[language]
  const [balance, level] = [data.balance.eur, data.level.eur].map((eur) => euroText(euros(eur), language)) as [
    string,
    string,
  ]
  return { subject: words.subject(level), paragraphs: [words.text(balance, level), remedy], link: undefined }
}

/** What is refused, what goes on, and what automatic top-up does about it. */
function exhausted({ data }: ToldExhausted, { language, timeZone }: Reader): Said {
  const { exhausted: words, reasons, nextTry } = noticeWords[language]
  const { kind, buys, reason, nextTry: at } = data.automaticTopUp
  const next = at === undefined ? undefined : parseInstant(at)
  const buying = buys === undefined ? '' : countedCredits(credits(buys.credits), language)
  return {
    subject: words.subject,
    paragraphs: [
      words.text(euroText(euros(data.balance.eur), language)),
      words.refused,
      words.topUp[kind](buying),
      ...(reason === undefined ? [] : [reasons[reason]]),
      ...(next === undefined ? [] : [nextTry(momentIn(next, timeZone, language))]),
      ...(kind === 'suspended' ? [liftedBy(data, language)] : []),
      ...(kind === 'open' ? [] : [words.remedy]),
    ],
    link: undefined,
  }
}

/** By which call automatic top-up goes on. */
const liftedBy = ({ account }: { readonly account: string }, language: Language): string =>
  noticeWords[language].suspended.again(`/v1/accounts/${account}/top-up-retries`)

function topUp({ kind, data }: ToldTopUp, { language, timeZone }: Reader): Said {
  const words = noticeWords[language]
  const amount = countedCredits(credits(data.amount.credits), language)
  const money = (eur: string) => euroText(euros(eur), language)
  const paid = money(data.paid ?? data.amount.eur)
  const next = data.nextTry === undefined ? undefined : parseInstant(data.nextTry)
  const { buysAgain, stillRefused } = words.succeeded
  const nextAt = kind === 'succeeded' ? buysAgain : words.nextTry
  const tried = next === undefined ? [] : [nextAt(momentIn(next, timeZone, language))]
  const isOwing = data.balance !== undefined && !credits(data.balance.credits).greaterThan(0)
  const circumstances = [
    ...(data.reason === undefined ? [] : [words.reasons[data.reason]]),
    ...(data.declineCode === undefined ? [] : [declineWords[language][adviceOn(data.declineCode)]]),
    ...(kind === 'succeeded' ? [] : tried),
    ...(data.balance === undefined ? [] : [words.balance(money(data.balance.eur))]),
    ...(kind === 'succeeded' && isOwing ? [stillRefused] : []),
    ...(kind === 'succeeded'
      ? [...tried, words.receipt(receiptNumber(data.account, data.topUp), receiptPath(data))]
      : []),
  ]
  const said = (subject: string, text: string): Said => ({
    subject,
    paragraphs: [text, ...circumstances],
    link: undefined,
  })
  switch (kind) {
    case 'succeeded':
      return said(
        words.succeeded.subject(amount),
        data.reference === undefined
          ? words.succeeded.text(amount, paid)
          : words.succeeded.invoiced(amount, paid, data.reference),
      )
    case 'failed':
      return said(words.failed.subject, words.failed.text(amount))
    case 'skipped':
      return said(words.skipped.subject, words.skipped.text(amount))
    case 'suspended': {
      const { subject, declined, moneyBack, restored, taken, whileOff, whileOpen } = words.suspended
      if (data.reason === 'reconciling') return said(subject, restored)
      // Another payment method is no answer to money that went back.
      const isMoneyBack = data.reason === 'disputed' || data.reason === 'refunded'
      const { paragraphs, ...rest } = said(subject, isMoneyBack ? moneyBack : declined)
      const more = [
        ...(isMoneyBack ? [taken(amount)] : []),
        ...(data.state === 'off' ? [whileOff] : data.state === 'open' ? [whileOpen] : []),
        liftedBy(data, language),
      ]
      return { ...rest, paragraphs: [...paragraphs, ...more] }
    }
    case 'action-required': {
      const { subject, text, link } = words.actionRequired
      return { ...said(subject, text(paid)), link: data.url === undefined ? undefined : { label: link, url: data.url } }
    }
  }
}
