import * as z from 'zod/mini'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import { languages } from '../../text/language.ts'

/** How to reach a user. Personal, so in no log: it can be deleted, and then it is gone. */
const storedContact = z.readonly(
  z.object({
    /** Of this contact alone, and never used again; absent: there is no contact. */
    version: z.optional(z.string()),
    email: z.optional(z.string()),
    language: z.catch(z.enum(languages), 'de'),
  }),
)

/** A contact as it stands. */
export type StoredContact = z.output<typeof storedContact>

export const noContact: StoredContact = { language: 'de' }

const keyOf = (account: string, user: string) => ({ account, record: `user#${user}` })

/** `undefined`: the user has neither an address nor a language. */
export async function readContact(
  table: AccountsTable,
  account: string,
  user: string,
): Promise<StoredContact | undefined> {
  const item = await table.get(keyOf(account, user))
  return item && storedContact.parse(item)
}

/**
 * Puts a contact in the place of the version that was seen; `changed`: there is another one, and nothing was changed.
 *
 * @param next the new one's version: a counter would come again where a contact was deleted, and a deleted address with it
 */
export async function putContact(
  table: AccountsTable,
  account: string,
  user: string,
  { version, email, language }: StoredContact,
  next: string,
): Promise<'put' | 'changed'> {
  const item = { ...keyOf(account, user), version: next, email, language }
  const condition = version === undefined ? 'attribute_not_exists(account)' : 'version = :version'
  return (await table.putIf(item, condition, { version })) ? 'put' : 'changed'
}

/** Deletes the version that was seen; `changed`: there is another one. */
export async function deleteContact(
  table: AccountsTable,
  account: string,
  user: string,
  { version }: Pick<StoredContact, 'version'>,
): Promise<'put' | 'changed'> {
  return (await table.deleteIf(keyOf(account, user), 'version = :version', { version })) ? 'put' : 'changed'
}
