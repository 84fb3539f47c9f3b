import { SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { claimNotice, mayBeForgotten, releaseNotice } from '../../shared/notices/io/notices-table.ts'
import { mailHtml, mailText } from '../../shared/notices/mail-body.ts'
import { noticeOf } from '../../shared/notices/notice.ts'
import type { ToldEvent } from '../../shared/notices/told-event.ts'
import type { Instant } from '../../shared/time/instant.ts'
import type { Ports } from './ports.ts'
import { type Recipient, recipientsOf } from './recipients.ts'

/** `uncertain`: it was handed over, and nobody knows what became of it. It is not sent again: at most one is the promise. */
export type MailOutcome = 'sent' | 'was-sent' | 'no-recipient' | 'no-mail' | 'uncertain' | 'too-old'

/**
 * Sends an event's e-mails, each at most once: to the admins, and to the user it is about.
 *
 * @returns what became of each, or that nobody is to be told
 * @throws the refusal of SES, when it is certain that nothing went out: the message is tried again
 */
export async function sendMails(ports: Ports, told: ToldEvent, now: Instant): Promise<readonly MailOutcome[]> {
  const { mail, accounts } = ports
  if (mail === undefined) return ['no-mail']
  if (isToldAsExhausted(told)) return ['no-mail']
  const recipients = await recipientsOf(accounts, told)
  if (recipients.length === 0) return ['no-recipient']
  // A log that is read again from long ago tells of what people were told then.
  if (mayBeForgotten(told, now)) return ['too-old']
  // One that SES refuses must not keep the other from its own.
  const sent = await Promise.allSettled(recipients.map((recipient) => sendMail(ports, mail, told, recipient, now)))
  const failed = sent.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return sent.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

/** A page that took the balance below levels and used it up has one mail; programs hear of each. */
const isToldAsExhausted = ({ event }: ToldEvent): boolean =>
  event.kind === 'balance-low' && event.data.exhausted === true

async function sendMail(
  { notices }: Pick<Ports, 'notices'>,
  mail: NonNullable<Ports['mail']>,
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
