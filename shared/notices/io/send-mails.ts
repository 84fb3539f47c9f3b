import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { newestBilling } from '../../billing/io/billing-details-table.ts'
import { type AccountsTable, readAccount } from '../../ledger/io/accounts-table.ts'
import type { Instant } from '../../time/instant.ts'
import { mailHtml, mailText } from '../mail-body.ts'
import { noticeOf, type Reader } from '../notice.ts'
import type { ToldEvent } from '../told-event.ts'
import { claimNotice, mayBeForgotten, type NoticesTable, type NoticeWay, releaseNotice } from './notices-table.ts'
import { readContact } from './user-contacts-table.ts'

export interface MailPorts {
  readonly accounts: AccountsTable
  readonly notices: NoticesTable
  /** `undefined`: this stage sends no mail. It asks SES once: a second request after a timeout may send twice. */
  readonly mail: { readonly client: SESv2Client; readonly from: string } | undefined
}

/** `uncertain`: SES got it and gave no answer. It is not sent again: the promise is at most one mail. */
export type MailOutcome = 'sent' | 'was-sent' | 'no-recipient' | 'no-mail' | 'uncertain' | 'too-old'

/**
 * Sends an event's e-mails, each at most once: to the admins, and to the user it is about.
 *
 * @returns the outcome of each mail, or why there was none to send
 * @throws the refusal of SES, when it is certain that nothing went out: the message is tried again
 */
export async function sendMails(ports: MailPorts, told: ToldEvent, now: Instant): Promise<readonly MailOutcome[]> {
  const { mail, accounts } = ports
  if (mail === undefined) return ['no-mail']
  if (isToldAsExhausted(told)) return ['no-mail']
  const recipients = await recipientsOf(accounts, told)
  if (recipients.length === 0) return ['no-recipient']
  // A log that is read again from long ago has events whose mails went out then.
  if (mayBeForgotten(told, now)) return ['too-old']
  // A mail that SES refuses must not stop the other one.
  const sent = await Promise.allSettled(recipients.map((recipient) => sendMail(ports, mail, told, recipient, now)))
  const failed = sent.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return sent.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** A page that took the balance below levels and used it up has one mail, about the latter; webhooks get both events. */
const isToldAsExhausted = ({ event }: ToldEvent): boolean =>
  event.kind === 'balance-low' && event.data.exhausted === true

async function sendMail(
  { notices }: MailPorts,
  mail: NonNullable<MailPorts['mail']>,
  told: ToldEvent,
  { way, email, reader }: Recipient,
  now: Instant,
): Promise<MailOutcome> {
  const notice = noticeOf(told, reader)
  if (!(await claimNotice(notices, told.id, way, now))) return 'was-sent'
  const text = (Data: string) => ({ Data, Charset: 'UTF-8' })
  try {
    await mail.client.send(
      new SendEmailCommand({
        FromEmailAddress: mail.from,
        Destination: { ToAddresses: [email] },
        Content: {
          Simple: {
            Subject: text(notice.subject),
            Body: { Text: text(mailText(notice)), Html: text(mailHtml(notice)) },
          },
        },
      }),
    )
    return 'sent'
  } catch (error) {
    if (!isRefusal(error)) return 'uncertain'
    await releaseNotice(notices, told.id, way)
    throw error
  }
}

/** SES answered that it did not take the mail: 4xx, throttling among them. */
const isRefusal = (error: unknown): boolean => error instanceof SESv2ServiceException && error.$fault === 'client'

/** A person who gets an e-mail. */
interface Recipient {
  readonly way: NoticeWay
  readonly email: string
  readonly reader: Reader
}

/** The readers of an event's mail: admins at the billing details' address, and the event's user; each only with an address. */
async function recipientsOf(accounts: AccountsTable, { event }: ToldEvent): Promise<readonly Recipient[]> {
  const { account } = event.data
  const record = await readAccount(accounts, account)
  if (record === undefined) return []
  const { timeZone, name } = record
  const { admins, user } = toldOf(event)
  const [billing, contact] = await Promise.all([
    admins ? newestBilling(accounts, account) : undefined,
    user === undefined ? undefined : readContact(accounts, account, user),
  ])
  return [
    ...(billing?.email === undefined
      ? []
      : [{ way: 'mail', email: billing.email, reader: { language: billing.language, timeZone, name } } as const]),
    ...(contact?.email === undefined
      ? []
      : [
          {
            ...({ way: 'user-mail', email: contact.email } as const),
            reader: { language: contact.language, timeZone, name, isUser: true },
          },
        ]),
  ]
}

/** `user`: who gets a mail; `undefined`: no user does. */
function toldOf(event: ToldEvent['event']): { readonly admins: boolean; readonly user: string | undefined } {
  switch (event.kind) {
    case 'limit-warning':
    case 'limit-reached':
    case 'limit-cleared': {
      const { tells, user } = event.data
      return { admins: tells.admins, user: tells.user ? user : undefined }
    }
    case 'upgrade-approved':
    case 'upgrade-rejected':
      return { admins: false, user: event.data.user }
    default:
      return { admins: true, user: undefined }
  }
}
