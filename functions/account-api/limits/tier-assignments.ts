import type * as z from 'zod/mini'
import * as api from '../../../shared/api/limits/tier-assignments.ts'
import {
  assignedShape,
  MOST_ASSIGNMENTS,
  type tierAssignmentsSchema,
} from '../../../shared/api/limits/tier-assignments.ts'
import { refusal } from '../../../shared/errors/refusal.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { assignUsers, previewAssignments } from '../../../shared/limits/io/assign-tier.ts'
import {
  type Assignment,
  type LineFault,
  lineFaultText,
  readAssignmentsCsv,
} from '../../../shared/limits/settings/plan-assignments.ts'
import { type Services, serve } from '../services.ts'

const assign = serve(api.assignTiers, async ({ params: { account }, body, key }, setting) => {
  const { services, caller, tools } = setting
  const { assignments, faults } = readWanted(body)
  if (assignments.length > MOST_ASSIGNMENTS)
    throw refusal('request.body', [{ pointer: '/csv', detail: `expected at most ${MOST_ASSIGNMENTS} users` }])
  const plan = await previewAssignments(services.folds, account, tools.now(), { assignments, faults })
  if (body.preview) return { status: 200, body: assignedShape(assignments.length, plan, false) }
  if (plan.faults.length > 0) throw wrongLines(plan.faults)
  await assignUsers(account, assignments, { key, actor: caller.subject, at: tools.now() }, setting)
  return { status: 200, body: assignedShape(assignments.length, plan, true) }
})

function readWanted({ csv, assignments }: z.infer<typeof tierAssignmentsSchema>): {
  readonly assignments: readonly Assignment[]
  readonly faults: readonly LineFault[]
} {
  if (assignments === undefined) return readAssignmentsCsv(csv ?? '')
  const listed = assignments.map(({ user, tier }, place) => ({ line: place + 1, user, tier: tier ?? undefined }))
  return { assignments: listed, faults: [] }
}

const wrongLines = (faults: readonly LineFault[]) =>
  refusal(
    'tier-assignments.wrong',
    faults.map((fault) => ({ pointer: `/line/${fault.line}`, detail: lineFaultText(fault) })),
    'nothing was changed',
  )

export const tierAssignmentHandlers: readonly Served<Services>[] = [assign]
