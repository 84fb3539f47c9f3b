import { estimatedShape } from '../../../shared/api/pricing/estimate.ts'
import * as api from '../../../shared/api/pricing/estimates.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { presets } from '../../../shared/pricing/estimates/presets.ts'
import type { Workload } from '../../../shared/pricing/estimates/workload.ts'
import { estimateAccount, estimateWorkload } from '../../../shared/pricing/io/estimate-costs.ts'
import { parseInstant } from '../../../shared/time/instant.ts'
import { type Services, serve } from '../services.ts'

const listPresets = serve(api.listEstimatePresets, async () => ({ status: 200, body: { presets } }))

const ofWorkload = serve(api.estimateWorkload, async ({ body }, { services, tools, caller }) => {
  const account = body.account ?? caller.account
  const workload = body.workload ?? presetOf(body.preset)
  const asked = { account, workload, at: timeOf(body.at), factors: body.factors }
  return { status: 200, body: estimatedShape(await estimateWorkload(services, asked, tools.now())) }
})

/** For pricing the last pages, and an answer that turns out to be long. */
const RESERVE_MS = 8000

const ofAccount = serve(api.estimateAccount, async ({ params: { account }, body }, { services, tools }) => {
  const { days, growthPercent, replace, factors } = body
  const asked = { account, days, growthPercent, replace, at: timeOf(body.at), factors }
  const time = { now: tools.now(), hasTime: () => tools.remainingMs() >= RESERVE_MS }
  return { status: 200, body: estimatedShape(await estimateAccount(services, asked, time)) }
})

const timeOf = (given: string | undefined) => (given === undefined ? undefined : parseInstant(given))

/** The schema has let no other name through. */
function presetOf(name: string | undefined): Workload {
  const preset = presets.find((one) => one.name === name)
  if (preset === undefined) throw new Error(`no preset ${name}`)
  return preset.workload
}

export const estimateHandlers: readonly Served<Services>[] = [listPresets, ofWorkload, ofAccount]
