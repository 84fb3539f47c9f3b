import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, answer, arn, boundary, deny } from './access.ts'
import { type Listening, listen } from './listen.ts'

interface Part {
  readonly Data?: string
}

interface SendEmail {
  readonly FromEmailAddress?: string
  readonly Destination?: { readonly ToAddresses?: readonly string[] }
  readonly Content?: {
    readonly Simple?: { readonly Subject?: Part; readonly Body?: { readonly Text?: Part; readonly Html?: Part } }
  }
}

/** The part of SES that functions use: SendEmail of a simple mail, written to `mail/` as text and as HTML. Nothing leaves this machine. */
export async function startMailEngine(directory: string, isAllowed: Access, port: number): Promise<Listening> {
  const server = boundary(({ accessKeyId, input }, { method, url }, response) => {
    if (method !== 'POST' || url !== '/v2/email/outbound-emails')
      return answer(response, 400, { __type: 'BadRequestException', message: `${method ?? ''} ${url ?? ''}` })
    const { FromEmailAddress: from = '', Destination, Content } = input as SendEmail
    const resource = arn('ses', `identity/${from}`)
    if (!isAllowed(accessKeyId, 'ses:SendEmail', resource))
      return deny(response, accessKeyId, 'ses:SendEmail', resource)
    const { Subject, Body } = Content?.Simple ?? {}
    const to = Destination?.ToAddresses ?? []
    if (from === '' || to.length === 0 || Subject?.Data === undefined || Body?.Text?.Data === undefined)
      return answer(response, 400, {
        __type: 'BadRequestException',
        message: 'sender, recipient, subject or text is missing',
      })
    const MessageId = crypto.randomUUID()
    const at = new Date().toISOString()
    const name = `${at.replaceAll(':', '-')}-${MessageId.slice(0, 8)}`
    const head = `Date: ${at}\nFrom: ${from}\nTo: ${to.join(', ')}\nSubject: ${Subject.Data}\n`
    mkdirSync(join(directory, 'mail'), { recursive: true })
    if (Body.Html?.Data !== undefined) writeFileSync(join(directory, 'mail', `${name}.html`), Body.Html.Data)
    writeFileSync(join(directory, 'mail', `${name}.txt`), `${head}\n${Body.Text.Data}\n`)
    answer(response, 200, { MessageId })
  })
  return await listen(server, port)
}
