import type { EntryAnswer } from './api-answers.ts'
import type { ApiClient } from './api-client.ts'

const ENTRIES_A_REQUEST = 1000

/** Reads an account's log over the API, from its first entry on; every call goes on where the last one stopped. */
export interface LogFollower {
  /** The entries since the last call, in the order of the log; none while the account is not open. */
  readonly readOn: () => Promise<readonly EntryAnswer[]>
}

export function logFollower(api: ApiClient, account: string): LogFollower {
  // The cursor of the last answer that had no next, and how much of that answer is known: the log only grows behind it.
  let after: string | undefined
  let known = 0

  const readOn = async (): Promise<readonly EntryAnswer[]> => {
    const found: EntryAnswer[] = []
    for (;;) {
      const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
      const path = `/v1/accounts/${account}/entries?limit=${ENTRIES_A_REQUEST}${cursor}`
      const answer = await api.find<{ entries: readonly EntryAnswer[]; next?: string }>(path)
      if (answer === undefined) return found

      found.push(...answer.entries.slice(known))
      known = answer.entries.length
      if (answer.next === undefined) return found
      after = answer.next
      known = 0
    }
  }
  return { readOn }
}
