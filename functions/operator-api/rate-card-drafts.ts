import { publishedShape } from '../../shared/api/pricing/rate-card.ts'
import * as api from '../../shared/api/pricing/rate-card-drafts.ts'
import type { Served } from '../../shared/http/serve.ts'
import { listDrafts } from '../../shared/pricing/io/drafts-table.ts'
import {
  createDraft,
  discardDraft,
  editDraft,
  findDraft,
  publishDraft,
} from '../../shared/pricing/io/rate-card-drafts.ts'
import { type Services, serve } from './services.ts'

const create = serve(api.createRateCardDraft, async ({ body: { from, ...card }, key }, { services, tools, caller }) => {
  const edit = { actor: caller.subject, at: tools.now(), key }
  return { status: 201, body: api.draftShape(await createDraft(services, card, from, edit)) }
})

const edit = serve(
  api.editRateCardDraft,
  async ({ params, body: { revision, ...card } }, { services, tools, caller }) => {
    const by = { actor: caller.subject, at: tools.now(), seen: revision }
    return { status: 200, body: api.draftShape(await editDraft(services, params.draft, card, by)) }
  },
)

const list = serve(api.listRateCardDrafts, async ({ query: { limit, after } }, { services }) => {
  const drafts = await listDrafts(services.drafts, after, limit)
  const last = drafts.length === limit ? drafts.at(-1) : undefined
  return { status: 200, body: { drafts: drafts.map(api.draftSummary), next: api.paging.next(last?.id) } }
})

const get = serve(api.getRateCardDraft, async ({ params }, { services, tools }) => ({
  status: 200,
  body: api.draftShape(await findDraft(services, params.draft, tools.now())),
}))

const discard = serve(api.discardRateCardDraft, async ({ params, body: { revision } }, { services }) => ({
  status: 200,
  body: api.draftSummary(await discardDraft(services.drafts, params.draft, revision)),
}))

const publish = serve(api.publishRateCardDraft, async ({ params, body: { revision } }, { caller, services, tools }) => {
  const by = { seen: revision, actor: caller.subject, now: tools.now }
  return { status: 201, body: publishedShape(await publishDraft(services, params.draft, by), caller) }
})

export const rateCardDraftHandlers: readonly Served<Services>[] = [create, list, get, edit, discard, publish]
