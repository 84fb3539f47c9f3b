import { type EventBridgeClient, EventBridgeServiceException, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type { Random } from '../../world/random.ts'
import type { Machine } from '../engine/machine.ts'
import { HarnessError, type Network, type ServiceErrors } from '../engine/network.ts'

const errors: ServiceErrors = {
  throttle: () => serviceError('ThrottlingException', 400),
  serverError: () => serviceError('InternalException', 500),
}

const serviceError = (name: string, httpStatusCode: number) =>
  new EventBridgeServiceException({ name, $fault: 'server', $metadata: { httpStatusCode }, message: name })

export interface BusSetting {
  readonly network: Network
  readonly random: Random
  /** How likely one entry of a request that succeeds is refused. */
  readonly refused: () => number
  readonly onPublished: (detailType: string, detail: string) => void
}

/** The event bus, as one process reaches it. */
export function busOf({ network, random, refused, onPublished }: BusSetting, machine: Machine): EventBridgeClient {
  const send = async (command: unknown): Promise<unknown> => {
    if (!(command instanceof PutEventsCommand)) {
      const error = new HarnessError(`not simulated: ${String(command?.constructor?.name)}`)
      network.refuse(error)
      throw error
    }
    const entries = command.input.Entries ?? []
    if (entries.length === 0 || entries.length > 10) network.refuse(new HarnessError(`${entries.length} entries`))
    return await network.call(machine, { what: `publish ${entries.length} events`, attempts: 3, errors }, () => {
      const results = entries.map((entry) => {
        if (random.chance(refused())) return { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }
        onPublished(entry.DetailType ?? '', entry.Detail ?? '')
        return { EventId: 'e' }
      })
      return { Entries: results, FailedEntryCount: results.filter((one) => 'ErrorCode' in one).length }
    })
  }
  return { send } as unknown as EventBridgeClient
}
