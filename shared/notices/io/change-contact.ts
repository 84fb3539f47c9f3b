import { Problem, problemKinds } from '../../errors/problems.ts'
import type { AccountsTable } from '../../ledger/io/accounts-table.ts'
import type { Language } from '../../text/language.ts'
import { deleteContact, noContact, putContact, readContact } from './user-contacts-table.ts'

/** `undefined` leaves as it is, `null` takes away. */
interface ContactChange {
  readonly email?: string | null | undefined
  readonly language?: Language | null | undefined
}

/** Five lost races mean a misbehaving client: give up. */
const ROUNDS = 5

/** Changes how a user can be reached; without an address and a language nothing is left of it. @throws Problem */
export async function changeContact(
  accounts: AccountsTable,
  account: string,
  user: string,
  { email, language }: ContactChange,
  nonce: () => string,
): Promise<void> {
  if (email === undefined && language === undefined) return
  for (let round = 0; round < ROUNDS; round += 1) {
    const standing = await readContact(accounts, account, user)
    const { version, ...seen } = standing ?? noContact
    const wanted = {
      email: email === undefined ? seen.email : (email ?? undefined),
      language: language === undefined ? seen.language : (language ?? noContact.language),
    }
    const isNothing = wanted.email === undefined && wanted.language === noContact.language
    if (isNothing && standing === undefined) return
    const done = isNothing
      ? await deleteContact(accounts, account, user, { version })
      : await putContact(accounts, account, user, { version, ...wanted }, nonce())
    if (done === 'put') return
  }
  throw new Problem('service.busy', problemKinds['service.busy'].example, { retryAfterSeconds: 1 })
}
