import type { Instant } from '../../../shared/time/instant.ts'
import { readBoundId } from '../../../shared/usage/account-bound-id.ts'
import type { ChargeBook } from '../lib/api/charge-book.ts'
import { deliver } from '../lib/events/deliver.ts'
import { fateLines } from '../lib/events/fate-table.ts'
import type { Became } from '../lib/events/outcome-of-events.ts'
import type { OutgoingEvent } from '../lib/events/outgoing-event.ts'
import { PARKED_NOTE } from '../lib/events/parked-note.ts'
import { Failure } from '../lib/failure.ts'
import { type Output, progressOn } from '../lib/progress.ts'
import type { Voice } from '../lib/say.ts'
import type { StackAccess } from '../lib/stack-access.ts'
import { generatedUsage, LATE_AFTER_MS } from './generated-usage.ts'
import { seededRandom } from './seeded-random.ts'

const BEFORE = 'charged before the interruption; nothing is charged again'

/**
 * Step 3: some thousand events with all that goes wrong in life, and what became of every single one.
 *
 * @throws Failure when one of them is nowhere
 */
export async function showGenerated(
  access: StackAccess,
  book: ChargeBook,
  { seed, startedAt }: { readonly seed: number; readonly startedAt: Instant },
  { voice, output }: { readonly voice: Voice; readonly output: Output },
): Promise<readonly Became[]> {
  const events = generatedUsage(seededRandom(seed), startedAt)
  const progress = progressOn(output, 'settled', events.length)
  const { became } = await deliver(access, book, events, progress.update).finally(progress.stop)

  voice.line()
  voice.lines(fateLines(became, voice.width, BEFORE))
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
