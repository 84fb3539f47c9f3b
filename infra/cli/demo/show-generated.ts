import type { Instant } from '../../../shared/time/instant.ts'
import { readBoundId } from '../../../shared/usage/account-bound-id.ts'
import type { ChargeBook } from '../lib/api/account-book.ts'
import { deliver } from '../lib/events/deliver.ts'
import { fateTable, PARKED_NOTE } from '../lib/events/fate-table.ts'
import type { Became } from '../lib/events/outcome-of-events.ts'
import type { OutgoingEvent } from '../lib/events/outgoing-event.ts'
import { Failure } from '../lib/failure.ts'
import type { StackAccess } from '../lib/place.ts'
import type { Voice } from '../lib/voice.ts'
import { generatedUsage, LATE_AFTER_MS } from './generated-usage.ts'
import { seededRandom } from './seeded-random.ts'

const BEFORE = 'charged before the interruption; nothing is charged again'

/**
 * Step 3: some thousand events with all that goes wrong in life, and what became of each of them.
 *
 * @throws Failure when one of them is nowhere
 */
export async function showGenerated(
  access: StackAccess,
  book: ChargeBook,
  { seed, startedAt }: { readonly seed: number; readonly startedAt: Instant },
  voice: Voice,
): Promise<readonly Became[]> {
  const events = generatedUsage(seededRandom(seed), startedAt)
  const { became } = await deliver(access, book, events)

  voice.line()
  voice.lines(fateTable(became, voice.width, BEFORE))
  voice.line()
  const late = events.filter((event, place) => isLate(event, startedAt) && isCharge(became[place])).length
  voice.paragraph(
    `${late} of those charged came hours or days late: charged like the others, at the rates of their own time.`,
  )
  voice.paragraph(PARKED_NOTE)
  const lost = became.filter(({ kind }) => kind === 'unsettled').length
  if (lost > 0) throw new Failure(`${lost} of ${events.length} events are neither charged, parked nor quarantined`)
  return became
}

/** One for each charge in the log, whether this run or an interrupted one before it made the charge. */
const isCharge = (one: Became | undefined): boolean =>
  one?.kind === 'charged' || (one?.kind === 'replayed' && one.of === 'earlier')

/** Its id is from before the hour of the others. */
function isLate({ id }: OutgoingEvent, startedAt: Instant): boolean {
  const boundAt = readBoundId(id ?? '')?.time
  return boundAt !== undefined && boundAt <= startedAt - LATE_AFTER_MS
}
