import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import { type Language, languages } from '../../text/language.ts'

/** How to reach a user. Personal, so in no log: it can be deleted, and then it is gone. */
interface UserContact {
  readonly email: string | undefined
  readonly language: Language
}

/** A contact as it stands; `version` is of this one alone and never comes again, `undefined`: there is none. */
export interface StoredContact extends UserContact {
  readonly version: string | undefined
}

export const noContact: StoredContact = { version: undefined, email: undefined, language: 'de' }

const recordOf = (user: string): string => `user#${user}`

/** `undefined`: nobody gave an address or a language. */
export async function readContact(
  table: AccountsTable,
  account: string,
  user: string,
): Promise<StoredContact | undefined> {
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { account, record: recordOf(user) }, ConsistentRead: true }),
  )
  if (Item === undefined) return undefined
  const { version, email, language } = Item
  return {
    version: String(version),
    email: email === undefined ? undefined : String(email),
    language: languages.find((one) => one === language) ?? noContact.language,
  }
}

/**
 * Puts a contact in the place of the version that was seen; `changed`: somebody was faster, and nothing was changed.
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
  return unlessChanged(
    table.documents.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          account,
          record: recordOf(user),
          version: next,
          ...(email !== undefined && { email }),
          language,
        },
        ...(version === undefined
          ? { ConditionExpression: 'attribute_not_exists(account)' }
          : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } }),
      }),
    ),
  )
}

/** Deletes the version that was seen; `changed`: there is another one. */
export async function deleteContact(
  table: AccountsTable,
  account: string,
  user: string,
  { version }: Pick<StoredContact, 'version'>,
): Promise<'put' | 'changed'> {
  return unlessChanged(
    table.documents.send(
      new DeleteCommand({
        TableName: table.name,
        Key: { account, record: recordOf(user) },
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': version },
      }),
    ),
  )
}

async function unlessChanged(write: Promise<unknown>): Promise<'put' | 'changed'> {
  try {
    await write
    return 'put'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'changed'
    throw error
  }
}
