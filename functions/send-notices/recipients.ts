import { newestBilling } from '../../shared/billing/io/billing-details-table.ts'
import { type AccountsTable, readAccount } from '../../shared/ledger/io/accounts-table.ts'
import type { NoticeWay } from '../../shared/notices/io/notices-table.ts'
import { readContact } from '../../shared/notices/io/user-contacts-table.ts'
import type { Reader } from '../../shared/notices/notice.ts'
import type { ToldEvent } from '../../shared/notices/told-event.ts'

/** Somebody who gets an e-mail. */
export interface Recipient {
  readonly way: NoticeWay
  readonly email: string
  readonly reader: Reader
}

/** Who is told of an event: admins at the address of the billing details, and the user it is about; of those that have one. */
export async function recipientsOf(accounts: AccountsTable, { event }: ToldEvent): Promise<readonly Recipient[]> {
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

/** `user`: the one to be told; `undefined`: none is. */
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
