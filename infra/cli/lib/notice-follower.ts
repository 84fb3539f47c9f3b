import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writtenLines } from './data-folder.ts'
import type { Voice } from './voice.ts'

const POLL_MS = 300

/** Follows the mails and the deliveries to the webhook that a stack on this machine writes to its folder. */
export class NoticeFollower {
  readonly #directory: string
  readonly #mails: Set<string>
  /** Lines of `webhooks.jsonl` that were shown. */
  #webhooks: number

  private constructor(directory: string, mails: readonly string[], webhooks: number) {
    this.#directory = directory
    this.#mails = new Set(mails)
    this.#webhooks = webhooks
  }

  /** Treats everything in the folder as shown. */
  static async begin(directory: string): Promise<NoticeFollower> {
    const [mails, webhooks] = await Promise.all([mailsIn(directory), webhooksIn(directory)])
    return new NoticeFollower(directory, mails, webhooks.length)
  }

  /** One line for each notice that was written since; a mail that is still being written comes next time. */
  async fresh(): Promise<readonly string[]> {
    const lines: string[] = []
    for (const name of await mailsIn(this.#directory)) {
      if (this.#mails.has(name)) continue
      const path = join(this.#directory, 'mail', name)
      const text = await readFile(path, 'utf8')
      const [to, subject] = [/^To: (.*)$/m.exec(text)?.[1], /^Subject: (.*)$/m.exec(text)?.[1]]
      if (to === undefined || subject === undefined) continue
      this.#mails.add(name)
      lines.push(`mail to ${to}: ${subject} -> ${path}`)
    }
    const webhooks = await webhooksIn(this.#directory)
    for (const line of webhooks.slice(this.#webhooks)) {
      const { id, event } = JSON.parse(line) as { readonly id: string; readonly event: { readonly type: string } }
      lines.push(`webhook: ${event.type} ${id} -> ${join(this.#directory, 'webhooks.jsonl')}`)
    }
    this.#webhooks = webhooks.length
    return lines
  }

  /** Shows each notice once, as it is written, for as long as the process runs. */
  follow(voice: Voice): void {
    let isLooking = false
    const look = async (): Promise<void> => {
      if (isLooking) return
      isLooking = true
      try {
        for (const line of await this.fresh()) voice.line(line)
      } finally {
        isLooking = false
      }
    }
    // What can't be read at this moment can be the next time.
    setInterval(() => void look().catch(() => undefined), POLL_MS)
  }
}

const mailsIn = async (directory: string): Promise<readonly string[]> => {
  const names = await readdir(join(directory, 'mail')).catch((): readonly string[] => [])
  return names.filter((name) => name.endsWith('.txt')).sort()
}

const webhooksIn = (directory: string): Promise<readonly string[]> => writtenLines(join(directory, 'webhooks.jsonl'))
