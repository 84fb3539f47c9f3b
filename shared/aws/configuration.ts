import { type Fault, GroschenError } from '../errors/groschen-error.ts'

/** A function was deployed without a setting it needs. */
class MissingConfiguration extends GroschenError {
  readonly code = 'runtime.missing-configuration'
  readonly fault: Fault = 'bug'
  constructor(names: readonly string[]) {
    super(`environment variables not set: ${names.join(', ')}; the function's construct sets them`)
  }
}

/**
 * The function's settings, read once when it starts.
 *
 * @throws MissingConfiguration naming all that are absent, so that a bad deployment fails before its first message
 */
export function configuration<const N extends string>(names: readonly N[]): Readonly<Record<N, string>> {
  const missing = names.filter((name) => !process.env[name])
  if (missing.length > 0) throw new MissingConfiguration(missing)
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<N, string>
}
