import { Problem, type ProblemCode, type ProblemFault } from './problems.ts'

/** Enough to correct a request by; a hostile one gets no megabyte back. */
const FAULTS_SHOWN = 100

/** A refusal for what is wrong in a request: the first fault in words, the first hundred with their places. */
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

/** As much of what a caller sent as an answer repeats. */
export const clipped = (text: string): string => (text.length <= CHARACTERS ? text : `${text.slice(0, CHARACTERS)}…`)
