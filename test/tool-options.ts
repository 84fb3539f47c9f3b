import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { didYouMean } from '../shared/text/did-you-mean.ts'

/**
 * The options of a tool, as they were typed. `--help` prints the usage and ends the process with 0; what can't be read ends
 * it with 2, said in one line: an unknown option with the nearest one, and with all that there are.
 */
export function toolOptions<const O extends ParseArgsOptionsConfig>(usage: string, options: O) {
  try {
    const withHelp: ParseArgsOptionsConfig = { ...options, help: { type: 'boolean' } }
    if (parseArgs({ options: withHelp }).values['help'] === true) return leave(usage, 0)
    return parseArgs({ options }).values
  } catch (error) {
    return misused(`${error instanceof Error ? error.message : error}${meantBy(error, Object.keys(options))}`)
  }
}

/** Ends the process with 2, with what is wrong with its options. */
export const misused = (message: string): never => leave(`error: ${message}`, 2)

function meantBy(error: unknown, names: readonly string[]): string {
  const unknown = /^Unknown option '--([^']+)'/.exec(String((error as Error).message))?.[1]
  const flags = ` (options: ${names.map((name) => `--${name}`).join(', ')}; --help explains them)`
  return unknown === undefined
    ? flags
    : `${didYouMean(
        `--${unknown}`,
        names.map((name) => `--${name}`),
      )}${flags}`
}

function leave(text: string, status: number): never {
  ;(status === 0 ? console.log : console.error)(text)
  process.exit(status)
}
