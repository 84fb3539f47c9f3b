import { type Access, answer, boundary, deny } from './access.ts'
import { listen } from './listen.ts'

/** The part of Secrets Manager that functions use: GetSecretValue of the template's secrets. */
export async function startSecretEngine(
  secrets: ReadonlyMap<string, string>,
  isAllowed: Access,
  port: number,
): Promise<{ readonly address: string; readonly stop: () => void }> {
  const server = boundary(({ accessKeyId, operation, input }, _, response) => {
    const arn = String(input['SecretId'])
    if (operation !== 'GetSecretValue')
      return answer(response, 400, { __type: 'UnknownOperationException', message: operation })
    if (!isAllowed(accessKeyId, 'secretsmanager:GetSecretValue', arn))
      return deny(response, accessKeyId, 'secretsmanager:GetSecretValue', arn)
    const SecretString = secrets.get(arn)
    if (SecretString === undefined)
      return answer(response, 400, { __type: 'ResourceNotFoundException', message: `no secret ${arn}` })
    answer(response, 200, { ARN: arn, SecretString })
  })
  const address = await listen(server, port)
  return {
    address,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
