import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { lambda } from '../../shared/runtime/lambda.ts'
import { chargeEvents } from './charge-events.ts'
import { countFates } from './count-fates.ts'
import { giveBack } from './give-back.ts'
import { holdEvents } from './hold-events.ts'
import { readBatch } from './read-batch.ts'
import { wiring } from './wiring.ts'

/**
 * Usage queue → account log: each event is charged once, parked or quarantined, or its message goes back.
 *
 * A message goes back whole when one of its events could be neither; what was charged of it is a replay then.
 */
export const handler = lambda(async (event: SQSEvent, tools): Promise<SQSBatchResponse> => {
  const delivered = readBatch(event.Records, tools.now())
  const charged = await chargeEvents(wiring, delivered, tools)
  const settled = await holdEvents(wiring, charged, tools.now())
  countFates(settled, tools)
  return await giveBack(wiring, settled)
})
