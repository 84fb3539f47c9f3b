import { Cron } from 'croner'
import { UnsupportedTemplate } from './errors.ts'

/** A scheduled rule of EventBridge, as the template says it. */
export interface SchedulePlan {
  readonly logicalId: string
  /** `rate(1 minute)` or `cron(0 3 * * ? *)`. */
  readonly expression: string
  /** What fails says so itself. */
  readonly run: () => Promise<unknown>
}

const UNIT_SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const

/** Node runs a timer that is longer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Runs a schedule until it is stopped. A run that takes longer than its interval is not overlapped.
 *
 * @returns what stops it, and resolves when what runs has ended
 * @throws UnsupportedTemplate
 */
export function startSchedule({ logicalId, expression, run }: SchedulePlan): () => Promise<void> {
  let running: Promise<void> | undefined
  const start = (): void => {
    running ??= run()
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        running = undefined
      })
  }
  const cancel = scheduled(expression, start)
  if (cancel === undefined)
    throw new UnsupportedTemplate(logicalId, `the runner does not understand the schedule ${expression}`)
  return async () => {
    cancel()
    await running
  }
}

function scheduled(expression: string, start: () => void): (() => void) | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  if (count !== undefined) {
    const pauseMs = Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS] * 1000
    if (pauseMs > LONGEST_TIMER_MS) return undefined
    const timer = setInterval(start, pauseMs)
    return () => clearInterval(timer)
  }
  const pattern = cronPattern(expression)
  if (pattern === undefined) return undefined
  const job = new Cron(pattern, { timezone: 'UTC' }, start)
  return () => job.stop()
}

/**
 * AWS: minutes hours day-of-month month day-of-week year, with `?` for no meaning, and Sunday the first day, which
 * others call 0. What counts from a month's end, and years, are not understood.
 */
function cronPattern(expression: string): string | undefined {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression)?.slice(1)
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields ?? []
  if (dayOfMonth === undefined || dayOfWeek === undefined) return undefined
  if (/[LW#]/.test(dayOfMonth) || !/^(\?|\*|[1-7A-Z,-]+)$/.test(dayOfWeek) || /^\d?L$/.test(dayOfWeek)) return undefined
  const weekday = dayOfWeek.replaceAll(/\d/g, (day) => String(Number(day) - 1))
  return [minute, hour, dayOfMonth, month, weekday].join(' ').replaceAll('?', '*')
}
