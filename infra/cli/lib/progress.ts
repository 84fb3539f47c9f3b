import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  readonly update: (done: number) => void
  readonly stop: () => void
}

/** A terminal, or a file, or a pipe. */
export type Output = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean }

const STEP_PERCENT = 20

/** A bar on a terminal; a plain line every 20 percent elsewhere. */
export function progressOn(output: Output, label: string, total: number): Progress {
  return output.isTTY ? bar(output, label, total) : lines(output, label, total)
}

function bar(output: Output, label: string, total: number): Progress {
  const format = `  ${label} {bar} {percentage} %  {value}/{total}  {duration_formatted}`
  const single = new SingleBar(
    { format, stream: output as NodeJS.WriteStream, hideCursor: true, barsize: 30, gracefulExit: true },
    Presets.shades_classic,
  )
  single.start(total, 0)
  return { update: (done) => single.update(done), stop: () => single.stop() }
}

function lines(output: Output, label: string, total: number): Progress {
  let shown = 0
  const update = (done: number): void => {
    const percent = total === 0 ? 100 : Math.floor((done * 100) / total)
    if (percent < shown + STEP_PERCENT) return
    shown = percent - (percent % STEP_PERCENT)
    output.write(`  ${label}: ${done} of ${total} (${percent} %)\n`)
  }
  return { update, stop: () => undefined }
}
