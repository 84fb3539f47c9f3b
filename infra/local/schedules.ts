import { Cron } from 'croner'
import { UnsupportedTemplate } from './errors.ts'

/** A scheduled rule of EventBridge, as the template says it. */
export interface SchedulePlan {
  readonly logicalId: string
  /** `rate(1 minute)` or `cron(0 3 * * ? *)`. */
  readonly expression: string
  readonly run: () => Promise<unknown>
}

const UNIT_SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const

/** Runs a schedule until it is stopped; a run that takes longer than its interval is not overlapped. */
export function startSchedule(
  { logicalId, expression, run }: SchedulePlan,
  onError: (message: string) => void,
): () => void {
  const guarded = (): Promise<void> =>
    run().then(
      () => undefined,
      (error: unknown) => onError(error instanceof Error ? error.message : String(error)),
    )
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression)
  const pattern = rate ? '* * * * * *' : cronPattern(expression)
  if (pattern === undefined)
    throw new UnsupportedTemplate(logicalId, `the runner does not understand the schedule ${expression}`)

  const interval = rate ? Number(rate[1]) * UNIT_SECONDS[rate[2] as keyof typeof UNIT_SECONDS] : 0
  const job = new Cron(pattern, { timezone: 'UTC', protect: true, ...(interval > 0 && { interval }) }, guarded)
  return () => job.stop()
}

/** AWS: minutes hours day-of-month month day-of-week year, with `?` for no meaning. */
function cronPattern(expression: string): string | undefined {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression)?.slice(1)
  if (fields === undefined || fields[5] !== '*') return undefined
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields
  const weekday = dayOfWeek?.replaceAll(/\d/g, (day) => String(Number(day) - 1))
  return [minute, hour, dayOfMonth, month, weekday].join(' ').replaceAll('?', '*')
}
