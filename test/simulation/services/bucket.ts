import { PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { Machine } from '../engine/machine.ts'
import { HarnessError, type Network, type ServiceErrors } from '../engine/network.ts'

const errors: ServiceErrors = {
  throttle: () => serviceError('SlowDown', 503),
  serverError: () => serviceError('InternalError', 500),
}

const serviceError = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'server', $metadata: { httpStatusCode }, message: name })

/** The archive bucket, as one process reaches it: it is only ever put to. */
export function bucketOf(
  { network, onPut }: { readonly network: Network; readonly onPut: (key: string, text: string) => void },
  machine: Machine,
): S3Client {
  const send = async (command: unknown): Promise<unknown> => {
    if (!(command instanceof PutObjectCommand)) {
      const error = new HarnessError(`not simulated: ${String(command?.constructor?.name)}`)
      network.refuse(error)
      throw error
    }
    const { Key = '', Body } = command.input
    return await network.call(machine, { what: `archive ${Key}`, attempts: 3, errors }, () => {
      onPut(Key, String(Body))
      return {}
    })
  }
  return { send } as unknown as S3Client
}
