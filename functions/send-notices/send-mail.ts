import { SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { mailHtml, mailText } from '../../shared/notices/mail-body.ts'
import { noticeOf } from '../../shared/notices/notice.ts'
import type { ToldEvent } from '../../shared/notices/told-event.ts'
import { readAccount } from '../../shared/store/accounts-table.ts'
import { newestBilling } from '../../shared/store/billing-details-table.ts'
import { claimNotice, releaseNotice } from '../../shared/store/notices-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import type { Ports } from './ports.ts'

/** `uncertain`: it was handed over, and nobody knows what became of it. It is not sent again: at most one is the promise. */
export type MailOutcome = 'sent' | 'was-sent' | 'no-recipient' | 'no-mail' | 'uncertain'

/**
 * Sends an event's e-mail, at most once.
 *
 * @throws the refusal of SES, when it is certain that nothing went out: the message is tried again
 */
export async function sendMail(
  { accounts, notices, mail }: Ports,
  told: ToldEvent,
  now: Instant,
): Promise<MailOutcome> {
  if (mail === undefined) return 'no-mail'
  const { account } = told.event.data
  const [record, billing] = await Promise.all([readAccount(accounts, account), newestBilling(accounts, account)])
  if (record === undefined || billing?.email === undefined) return 'no-recipient'
  const notice = noticeOf(told, { language: billing.language, timeZone: record.timeZone, name: record.name })
  if (!(await claimNotice(notices, told.id, 'mail', now))) return 'was-sent'
  const text = (Data: string) => ({ Data, Charset: 'UTF-8' })
  try {
    await mail.client.send(
      new SendEmailCommand({
        FromEmailAddress: mail.from,
        Destination: { ToAddresses: [billing.email] },
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
    await releaseNotice(notices, told.id, 'mail')
    throw error
  }
}

/** SES answered that it did not take the mail: 4xx, throttling among them. */
const isRefusal = (error: unknown): boolean => error instanceof SESv2ServiceException && error.$fault === 'client'
