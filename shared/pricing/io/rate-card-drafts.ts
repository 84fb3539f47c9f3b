import { sha256Hex } from '../../digest/sha256.ts'
import { Problem } from '../../errors/problems.ts'
import { refusal } from '../../errors/refusal.ts'
import { type Instant, instantText } from '../../time/instant.ts'
import { type Catalogue, cardInForce } from '../cards/catalogue.ts'
import { decidePublication } from '../cards/decide-publication.ts'
import { draftFromCard } from '../cards/draft-from-card.ts'
import { type NeutralChange, neutralChange, type PriceChange, priceChanges } from '../cards/price-changes.ts'
import type { RateCard } from '../cards/rate-card.ts'
import { contentOf, type DraftFault, type GivenCard, type ListRate } from '../cards/rate-card-draft.ts'
import { type DraftRecord, type DraftsTable, dropDraft, putDraft, readDraft } from './drafts-table.ts'
import { DRAFT_KEY, type PublicationPorts, type Published, publishRateCard } from './publish-rate-card.ts'
import type { PublishedCards } from './published-cards.ts'

export interface DraftPorts extends PublicationPorts {
  readonly drafts: DraftsTable
  /** Eight random bytes, hex. */
  readonly nonce: () => string
}

/** A draft as it was saved. */
interface OpenDraft {
  readonly record: DraftRecord
  readonly given: GivenCard
}

/** A draft, with the result of publishing it now. */
export interface CheckedDraft extends OpenDraft {
  readonly check: DraftCheck
}

export type DraftCheck =
  | { readonly kind: 'refused'; readonly faults: readonly DraftFault[] }
  | {
      readonly kind: 'publishable'
      readonly card: RateCard
      readonly unmarked: readonly ListRate[]
      /** The version in force when it takes effect; `undefined`: there is none. */
      readonly against: RateCard | undefined
      readonly changes: readonly PriceChange[]
      /** `undefined`: the same as in that version. */
      readonly neutral: NeutralChange | undefined
    }

/** Who edits, and when. */
export interface Edit {
  readonly actor: string
  readonly at: Instant
}

/**
 * Begins a draft. The same request sent again finds the draft that it made.
 *
 * @param from a version to begin with; then `given` has no content of its own
 * @throws Problem
 */
export async function createDraft(
  ports: DraftPorts,
  given: GivenCard,
  from: number | undefined,
  { key, ...edit }: Edit & { readonly key: string },
): Promise<CheckedDraft> {
  const id = sha256Hex(JSON.stringify([edit.actor, key])).slice(0, 16)
  const card = from === undefined ? given : await givenFromVersion(ports.cards, from, given, edit.at)
  return await saveDraft(ports, card, { id, revision: 1 }, edit)
}

async function givenFromVersion(
  cards: PublishedCards,
  version: number,
  { effectiveFrom, note, ...content }: GivenCard,
  now: Instant,
): Promise<GivenCard> {
  const [first] = Object.keys(content)
  if (first !== undefined) {
    const detail = 'with "from" the content comes of that version; leave it out, and edit the draft then'
    throw refusal('request.body', [{ pointer: `/${first}`, detail }])
  }
  const { rates, listPrices, aliases, layers, priceNeutralVariants } = draftFromCard(
    (await cards.find(version, now)).card,
  )
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

/** Replaces the content of a draft that stands at `seen`. @throws Problem */
export async function editDraft(
  ports: DraftPorts,
  id: string,
  card: GivenCard,
  { seen, ...edit }: Edit & { readonly seen: number },
): Promise<CheckedDraft> {
  const standing = await openDraft(ports.drafts, id)
  // Sent again after its answer got lost.
  if (standing.record.revision === seen + 1 && isSavedBy(edit.actor, standing, card))
    return await checked(ports.cards, standing, edit.at)
  checkRevision(standing.record, seen)
  return await saveDraft(ports, card, { id, revision: seen + 1 }, edit)
}

/** @throws Problem when another edit came first */
async function saveDraft(
  { drafts, cards, nonce }: DraftPorts,
  card: GivenCard,
  { id, revision }: Pick<DraftRecord, 'id' | 'revision'>,
  { actor, at }: Edit,
): Promise<CheckedDraft> {
  const record = { id, revision, note: card.note, actor, editedAt: at, content: nonce() }
  if ((await putDraft(drafts, record, JSON.stringify(card))) === 'put')
    return await checked(cards, { record: { ...record, pieces: 0 }, given: card }, at)
  const standing = await openDraft(drafts, id)
  if (!isSavedBy(actor, standing, card)) checkRevision(standing.record, revision - 1)
  return await checked(cards, standing, at)
}

/** Whether the actor has saved exactly this: then it is a repeated request. */
const isSavedBy = (actor: string, { record, given }: OpenDraft, card: GivenCard): boolean =>
  record.actor === actor && JSON.stringify(given) === JSON.stringify(card)

/** @throws Problem when there is no such draft */
export async function findDraft(
  { drafts, cards }: Pick<DraftPorts, 'drafts' | 'cards'>,
  id: string,
  now: Instant,
): Promise<CheckedDraft> {
  return await checked(cards, await openDraft(drafts, id), now)
}

async function openDraft(drafts: DraftsTable, id: string): Promise<OpenDraft> {
  const found = await readDraft(drafts, id)
  if (found !== undefined) return { record: found.record, given: JSON.parse(found.body) as GivenCard }
  throw new Problem('draft.not-found', `there is no draft ${id}; GET /v1/rate-card-drafts lists them`)
}

const checked = async (cards: PublishedCards, draft: OpenDraft, now: Instant): Promise<CheckedDraft> => ({
  ...draft,
  check: checkDraft(await cards.catalogue(now), draft, now),
})

function checkDraft(catalogue: Catalogue, { record, given }: OpenDraft, now: Instant): DraftCheck {
  const draft = { ...contentOf(given), actor: record.actor, key: keyOfDraft(record) }
  const decision = decidePublication(catalogue, draft, now)
  if (decision.kind === 'refused') return decision
  const { card, unmarked } = decision
  const against = cardInForce(catalogue.cards, draft.effectiveFrom)
  const [changes, neutral] = [priceChanges(against, card), neutralChange(against, card)]
  return { kind: 'publishable', card, unmarked, against, changes, neutral }
}

/** A draft's card with its changes. @throws Problem when it could not be published: it has no prices to look at then */
export async function publishableDraft(
  ports: Pick<DraftPorts, 'drafts' | 'cards'>,
  id: string,
  now: Instant,
): Promise<Extract<DraftCheck, { kind: 'publishable' }>> {
  const { check } = await findDraft(ports, id, now)
  if (check.kind === 'publishable') return check
  throw refusal('rate-card.refused', check.faults, 'correct the draft first')
}

/** Deletes a draft that stands at `seen`, and answers with it as it was. @throws Problem */
export async function discardDraft(drafts: DraftsTable, id: string, seen: number): Promise<DraftRecord> {
  const { record } = await openDraft(drafts, id)
  checkRevision(record, seen)
  if ((await dropDraft(drafts, record)) === 'changed') checkRevision((await openDraft(drafts, id)).record, seen)
  return record
}

/** Publishes a draft that stands at `seen`, once; then the draft is deleted. @throws Problem */
export async function publishDraft(
  ports: DraftPorts,
  id: string,
  { seen, actor, now }: { readonly seen: number; readonly actor: string; readonly now: () => Instant },
): Promise<Published> {
  const key = keyOfDraft({ id, revision: seen })
  const before = (await ports.cards.versions(now())).find(({ card }) => card.key === key)
  if (before !== undefined) return { card: before.card, unmarked: [] }
  const { record, given } = await openDraft(ports.drafts, id)
  checkRevision(record, seen)
  const published = await publishRateCard(ports, { ...contentOf(given), actor, key }, now)
  await dropDraft(ports.drafts, record)
  return published
}

/** @throws Problem when the draft was edited since */
function checkRevision({ id, revision, actor, editedAt }: DraftRecord, seen: number): void {
  if (revision === seen) return
  throw new Problem(
    'draft.changed',
    `draft ${id} is at revision ${revision}, edited by ${actor} at ${instantText(editedAt)}, not at ${seen}; read it again and repeat your change on it`,
  )
}

/** The key that a revision of a draft is published with, by any actor: two admins who publish it publish it once. */
const keyOfDraft = ({ id, revision }: Pick<DraftRecord, 'id' | 'revision'>): string => `${DRAFT_KEY}${id} ${revision}`
