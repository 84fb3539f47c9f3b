import { once } from 'node:events'

/** Writes a line, and waits where the reader is slower than we are: a log is longer than memory. */
export async function writeLine(stream: NodeJS.WriteStream, line: string): Promise<void> {
  if (stream.destroyed || stream.write(`${line}\n`)) return
  // A reader that left, as `head` does, never drains.
  await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined)
}
