import * as z from 'zod/mini'
import { cursorOf } from '../../shared/api/fields/paging.ts'
import { type GivenCard, publishedShape } from '../../shared/api/pricing/rate-card.ts'
import { draftShape, draftSummary } from '../../shared/api/pricing/rate-card-draft.ts'
import * as api from '../../shared/api/pricing/rate-card-drafts.ts'
import { refusal } from '../../shared/errors/refusal.ts'
import type { Served } from '../../shared/http/serve.ts'
import { checkDraft } from '../../shared/pricing/cards/check-draft.ts'
import { type DraftRecord, dropDraft, listDrafts, putDraft } from '../../shared/pricing/io/drafts-table.ts'
import type { Instant } from '../../shared/time/instant.ts'
import { publishRateCard } from '../admin-api/publish-rate-card.ts'
import {
  asDraft,
  checkRevision,
  draftIdOf,
  givenFromVersion,
  keyOfDraft,
  type OpenDraft,
  openDraft,
} from '../admin-api/rate-card-drafts.ts'
import { type Services, type Setting, serve } from '../admin-api/services.ts'

const createDraft = serve(api.createRateCardDraft, async ({ body: { from, ...card }, key }, setting) => {
  const { services, tools, caller } = setting
  const body = from === undefined ? card : await givenFromVersion(from, onlyHead(card), services, tools.now())
  return { status: 201, body: await save(body, { id: draftIdOf(caller, key), revision: 1 }, setting) }
})

/** @throws Problem when there is more in it than a head */
function onlyHead({ effectiveFrom, note, ...content }: GivenCard): Pick<GivenCard, 'effectiveFrom' | 'note'> {
  const [first] = Object.keys(content)
  if (first !== undefined) {
    const detail = 'with "from" the content comes of that version; leave it out, and edit the draft then'
    throw refusal('request.body', [{ pointer: `/${first}`, detail }])
  }
  return { effectiveFrom, note }
}

const editDraft = serve(api.editRateCardDraft, async ({ params, body: { revision, ...card } }, setting) => {
  const standing = await openDraft(setting.services, params.draft)
  const { record } = standing
  // Sent again after its answer got lost.
  const isDone = record.revision === revision + 1 && isOwn(standing, card, setting)
  if (isDone) return { status: 200, body: await shown(standing, setting.services, setting.tools.now()) }
  checkRevision(record, revision)
  return { status: 200, body: await save(card, { id: record.id, revision: revision + 1 }, setting) }
})

/** Saves a revision, and shows it with what would come of it. @throws Problem when another edit came first */
async function save(
  card: GivenCard,
  { id, revision }: Pick<DraftRecord, 'id' | 'revision'>,
  { services, tools, caller }: Setting,
) {
  const editedAt = tools.now()
  const record = { id, revision, note: card.note, actor: caller.subject, editedAt, content: services.nonce() }
  if ((await putDraft(services.drafts, record, JSON.stringify(card))) === 'changed') {
    const standing = await openDraft(services, id)
    if (!isOwn(standing, card, { caller })) checkRevision(standing.record, revision - 1)
    return await shown(standing, services, editedAt)
  }
  return await shown({ record: { ...record, pieces: 0 }, given: card }, services, editedAt)
}

/** Whether this caller has saved just this: a request that is sent again finds what it has done. */
const isOwn = ({ record, given: there }: OpenDraft, card: GivenCard, { caller }: Pick<Setting, 'caller'>): boolean =>
  record.actor === caller.subject && JSON.stringify(there) === JSON.stringify(card)

async function shown(draft: OpenDraft, { cards }: Pick<Services, 'cards'>, now: Instant) {
  const check = checkDraft(await cards.catalogue(now), asDraft(draft, draft.record.actor), now)
  return draftShape(draft.record, draft.given, check)
}

const cursor = cursorOf('drafts', z.string())

const listAll = serve(api.listRateCardDrafts, async ({ query: { limit = api.MOST, after } }, { services }) => {
  const drafts = await listDrafts(services.drafts, after && cursor.read(after), limit)
  const last = drafts.length === limit ? drafts.at(-1) : undefined
  return { status: 200, body: { drafts: drafts.map(draftSummary), ...(last && { next: cursor.write(last.id) }) } }
})

const getDraft = serve(api.getRateCardDraft, async ({ params }, { services, tools }) => ({
  status: 200,
  body: await shown(await openDraft(services, params.draft), services, tools.now()),
}))

const discardDraft = serve(api.discardRateCardDraft, async ({ params, body: { revision } }, { services }) => {
  const { record } = await openDraft(services, params.draft)
  checkRevision(record, revision)
  if ((await dropDraft(services.drafts, record)) === 'changed')
    checkRevision((await openDraft(services, record.id)).record, revision)
  return { status: 200, body: draftSummary(record) }
})

const publishDraft = serve(
  api.publishRateCardDraft,
  async ({ params: { draft: id }, body: { revision } }, { caller, services, tools }) => {
    const before = await publishedAs(services, keyOfDraft({ id, revision }), tools.now())
    if (before !== undefined) return { status: 201, body: publishedShape({ card: before, unmarked: [] }, caller) }
    const draft = await openDraft(services, id)
    checkRevision(draft.record, revision)
    const published = await publishRateCard(services, asDraft(draft, caller.subject), tools.now)
    await dropDraft(services.drafts, draft.record)
    return { status: 201, body: publishedShape(published, caller) }
  },
)

/** The version that was published with a key. */
async function publishedAs({ cards }: Pick<Services, 'cards'>, key: string, now: Instant) {
  const { cards: all, withdrawn } = await cards.catalogue(now)
  return [...all, ...withdrawn.map(({ card }) => card)].find((card) => card.key === key)
}

export const rateCardDraftHandlers: readonly Served<Services>[] = [
  createDraft,
  listAll,
  getDraft,
  editDraft,
  discardDraft,
  publishDraft,
]
