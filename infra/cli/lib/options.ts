import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { type Instant, parseInstant } from '../../../shared/time/instant.ts'

/** Options that several commands have. */
export const OPTIONS = {
  data: new Option('--data <folder>', 'the data folder of a stack on this machine').default('.groschen'),
  stage: new Option(
    '--stage <name>',
    "a deployed stage instead, found by the outputs of its stack groschen-NAME; region and credentials are those of this machine's AWS settings",
  ).conflicts('data'),
  token: new Option('--token <token>', 'a token for the API of a deployed stage').env('GROSCHEN_TOKEN'),
  apiUrl: new Option('--api-url <url>', 'the API of a deployed stage, where its outputs are out of reach'),
  account: new Option('--account <id>', 'this account alone'),
  jsonOfEach: new Option('--json', 'one JSON object a line: what became of each').default(false),
  jsonAndSums: new Option('--json', 'one JSON object a line: each finding, then the sums').default(false),
} as const

/** Refuses `--stage`, and tells why; the command's description tells it too. */
export const noStage = (why: string) =>
  new Option('--stage <name>').hideHelp().argParser((): never => {
    throw new InvalidArgumentError(why)
  })

/** Gathers the values of an option that may be given several times. */
export const collected = (one: string, before: readonly string[] = []): readonly string[] => [...before, one]

/** A time with its zone, or a day, which begins at midnight by UTC. @throws InvalidArgumentError */
export function readTime(text: string): Instant {
  const time = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text)
  if (time !== undefined) return time
  throw new InvalidArgumentError('expected a time with its zone, such as 2026-11-23T10:15:00Z, or a day')
}

/** A day, `2026-11-23`. @throws InvalidArgumentError */
export function readDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined) return text
  throw new InvalidArgumentError('expected a day, such as 2026-11-23')
}

/** A whole number from 1 on. @throws InvalidArgumentError */
export const readNumber =
  (most: number, what: string) =>
  (text: string): number => {
    if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most) return Number(text)
    throw new InvalidArgumentError(`expected ${what}`)
  }
