import type { Table } from '../../aws/table.ts'
import { DAY_MS, type Instant, SECOND_MS } from '../../time/instant.ts'

/** Which notices went out, by event and way. */
export type NoticesTable = Table

/** `mail` goes to admins, `user-mail` to the user it is about. */
export type NoticeWay = 'mail' | 'user-mail' | 'webhook'

/** Far longer than a message lies in a queue or in its dead letters. */
const KEPT_MS = 90 * DAY_MS

/** Whether an event is so old that its claim may be deleted: its mail could go out twice. */
export const mayBeForgotten = (event: { readonly time: string }, now: Instant): boolean =>
  Date.parse(event.time) + KEPT_MS <= now

const keyOf = (event: string, way: NoticeWay) => ({ notice: `${event}#${way}` })

/** Claims an event's notice: of all processes that try, ever, one gets `true`. */
export const claimNotice = (table: NoticesTable, event: string, way: NoticeWay, now: Instant): Promise<boolean> =>
  table.putIf(
    { ...keyOf(event, way), at: now, expires_at: Math.ceil((now + KEPT_MS) / SECOND_MS) },
    'attribute_not_exists(notice)',
  )

/** Gives a claim back, where it is certain that nothing went out. */
export const releaseNotice = (table: NoticesTable, event: string, way: NoticeWay): Promise<void> =>
  table.delete(keyOf(event, way))

/** Whether a notice was claimed. */
export const isNoticed = async (table: NoticesTable, event: string, way: NoticeWay): Promise<boolean> =>
  (await table.get(keyOf(event, way))) !== undefined
