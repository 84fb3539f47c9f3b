import { Problem, type ProblemCode, type ProblemFault } from './problems.ts'

/** Enough to correct a request, and a bound for a hostile one. */
const FAULTS_SHOWN = 100

/** The problem of a faulty request: its `detail` words the first fault, `errors` has the first hundred with their places. */
export function refusal(code: ProblemCode, faults: readonly ProblemFault[], advice?: string): Problem {
  const [first] = faults
  const place = first === undefined || first.pointer === '' ? '' : `${first.pointer}: `
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more: see errors)` : ''
  const detail = `${place}${first?.detail ?? 'does not match the schema'}${more}`
  return new Problem(code, advice === undefined ? detail : `${detail}; ${advice}`, {
    errors: faults.slice(0, FAULTS_SHOWN),
  })
}

const CHARACTERS = 80

/** Cuts a text that a caller sent, so that an answer can repeat it. */
export const clipped = (text: string): string => (text.length <= CHARACTERS ? text : `${text.slice(0, CHARACTERS)}…`)
