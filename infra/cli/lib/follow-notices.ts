import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Voice } from './say.ts'

const POLL_MS = 300

/** How much of what the stack told people has been said here. */
export interface SaidNotices {
  readonly mails: Set<string>
  /** Lines of `webhooks.jsonl`. */
  webhooks: number
}

/** What a folder has by now, which nobody needs to hear of again. */
export async function noticesSoFar(directory: string): Promise<SaidNotices> {
  const [mails, webhooks] = await Promise.all([mailsIn(directory), webhooksIn(directory)])
  return { mails: new Set(mails), webhooks: webhooks.length }
}

/** One line for each mail and each delivery to the webhook that was written since; those that are being written come next time. */
export async function unsaidNotices(directory: string, said: SaidNotices): Promise<readonly string[]> {
  const lines: string[] = []
  for (const name of await mailsIn(directory)) {
    if (said.mails.has(name)) continue
    const path = join(directory, 'mail', name)
    const text = await readFile(path, 'utf8')
    const [to, subject] = [/^To: (.*)$/m.exec(text)?.[1], /^Subject: (.*)$/m.exec(text)?.[1]]
    if (to === undefined || subject === undefined) continue
    said.mails.add(name)
    lines.push(`mail to ${to}: ${subject} -> ${path}`)
  }
  const webhooks = await webhooksIn(directory)
  for (const line of webhooks.slice(said.webhooks)) {
    const { id, event } = JSON.parse(line) as { readonly id: string; readonly event: { readonly type: string } }
    lines.push(`webhook: ${event.type} ${id} -> ${join(directory, 'webhooks.jsonl')}`)
  }
  said.webhooks = webhooks.length
  return lines
}

/** Says each mail and each delivery to the webhook, once, as it is written. @returns ends it */
export function followNotices(directory: string, said: SaidNotices, voice: Voice): () => void {
  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    try {
      for (const line of await unsaidNotices(directory, said)) voice.line(line)
    } finally {
      isLooking = false
    }
  }
  // What can't be read at this moment can be the next time.
  const timer = setInterval(() => void look().catch(() => undefined), POLL_MS)
  return () => clearInterval(timer)
}

const mailsIn = async (directory: string): Promise<readonly string[]> => {
  const names = await readdir(join(directory, 'mail')).catch((): readonly string[] => [])
  return names.filter((name) => name.endsWith('.txt')).sort()
}

/** What follows the last newline is being written. */
const webhooksIn = async (directory: string): Promise<readonly string[]> =>
  (await readFile(join(directory, 'webhooks.jsonl'), 'utf8').catch(() => '')).split('\n').slice(0, -1)
