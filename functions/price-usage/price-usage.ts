import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Tools } from '../../shared/aws/lambda.ts'
import { chargeEvents } from './charge-events.ts'
import { countFates } from './count-fates.ts'
import { giveBack } from './give-back.ts'
import { holdEvents } from './hold-events.ts'
import type { Ports } from './ports.ts'
import { readBatch } from './read-batch.ts'

/**
 * Usage queue → account log: each event is charged once, parked or quarantined, or its message goes back.
 *
 * A message goes back whole when one of its events could be neither; what was charged of it is a replay then.
 */
export const priceUsage =
  (ports: Ports) =>
  async (event: SQSEvent, tools: Tools): Promise<SQSBatchResponse> => {
    const delivered = readBatch(event.Records, tools.now())
    const charged = await chargeEvents(ports, delivered, tools)
    const settled = await holdEvents(ports, charged, tools.now())
    countFates(settled, tools)
    return await giveBack(ports, settled)
  }
