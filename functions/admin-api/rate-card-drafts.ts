import { contentOf, type GivenCard } from '../../shared/api/pricing/rate-card.ts'
import { sha256Hex } from '../../shared/digest/sha256.ts'
import { Problem } from '../../shared/errors/problems.ts'
import type { Caller } from '../../shared/http/access.ts'
import { draftFromCard } from '../../shared/pricing/cards/draft-from-card.ts'
import type { RateCardDraft } from '../../shared/pricing/cards/rate-card-draft.ts'
import { type DraftRecord, readDraft } from '../../shared/pricing/io/drafts-table.ts'
import { type Instant, instantText } from '../../shared/time/instant.ts'
import type { Services } from './services.ts'
import { versionOf } from './version-of.ts'

/** A draft as it stands: what was saved, and that as the core knows it. */
export interface OpenDraft {
  readonly record: DraftRecord
  readonly given: GivenCard
}

/** @throws Problem */
export async function openDraft({ drafts }: Pick<Services, 'drafts'>, id: string): Promise<OpenDraft> {
  const found = await readDraft(drafts, id)
  if (found === undefined) throw noSuchDraft(id)
  return { record: found.record, given: JSON.parse(found.body) as GivenCard }
}

/** As it would be published by somebody. */
export const asDraft = ({ record, given }: OpenDraft, actor: string): RateCardDraft => ({
  ...contentOf(given),
  actor,
  key: keyOfDraft(record),
})

/**
 * The key that a revision of a draft is published with, whoever asks: two admins who publish it publish it once. It has
 * spaces, which no Idempotency-Key has.
 */
export const keyOfDraft = ({ id, revision }: Pick<DraftRecord, 'id' | 'revision'>): string => `draft ${id} ${revision}`

export const isKeyOfDraft = (key: string): boolean => key.startsWith('draft ')

/** The same for a request that is sent again: it finds what it has made. */
export const draftIdOf = ({ subject }: Caller, key: string): string =>
  sha256Hex(JSON.stringify([subject, key])).slice(0, 16)

/** A version's content, to be edited. @throws Problem */
export async function givenFromVersion(
  version: number,
  { effectiveFrom, note }: Pick<GivenCard, 'effectiveFrom' | 'note'>,
  services: Pick<Services, 'cards'>,
  now: Instant,
): Promise<GivenCard> {
  const { card } = await versionOf(String(version), services, now)
  const { rates, listPrices, aliases, layers, priceNeutralVariants } = draftFromCard(card)
  return {
    effectiveFrom,
    note,
    rates: [...rates],
    listPrices: [...listPrices],
    aliases: [...aliases],
    ...layers,
    ...(priceNeutralVariants.length > 0 && { priceNeutralVariants: [...priceNeutralVariants] }),
  }
}

const noSuchDraft = (id: string): Problem =>
  new Problem('draft.not-found', `there is no draft ${id}; GET /v1/rate-card-drafts lists them`)

/** @throws Problem when the draft was edited since */
export function checkRevision({ id, revision, actor, editedAt }: DraftRecord, seen: number): void {
  if (revision === seen) return
  throw new Problem(
    'draft.changed',
    `draft ${id} is at revision ${revision}, edited by ${actor} at ${instantText(editedAt)}, not at ${seen}; read it again and repeat your change on it`,
  )
}
