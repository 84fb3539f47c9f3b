import { type Fault, GroschenError } from './groschen-error.ts'
import { accessProblems } from './problems/access-problems.ts'
import { creditProblems } from './problems/credit-problems.ts'
import { limitProblems } from './problems/limit-problems.ts'
import { pricingProblems } from './problems/pricing-problems.ts'
import { requestProblems } from './problems/request-problems.ts'
import { topUpProblems } from './problems/top-up-problems.ts'

/** All problems that the API answers with. Codes are stable: people search for them, programs branch on them. */
export const problemKinds = {
  ...requestProblems,
  ...accessProblems,
  ...creditProblems,
  ...pricingProblems,
  ...topUpProblems,
  ...limitProblems,
} as const

export type ProblemCode = keyof typeof problemKinds

/** Where something is wrong: a JSON pointer (RFC 6901) into the part of the request that the code names. */
export interface ProblemFault {
  readonly pointer: string
  readonly detail: string
}

/** A refused request. Any code below a route throws it; the router writes it as a problem document. */
export class Problem extends GroschenError {
  readonly code: ProblemCode
  readonly fault: Fault
  readonly errors: readonly ProblemFault[]
  readonly retryAfterSeconds: number | undefined
  constructor(
    code: ProblemCode,
    detail: string,
    { errors = [], retryAfterSeconds }: { errors?: readonly ProblemFault[]; retryAfterSeconds?: number } = {},
  ) {
    super(detail)
    this.code = code
    this.fault = retryAfterSeconds === undefined ? 'caller' : 'retry'
    this.errors = errors
    this.retryAfterSeconds = retryAfterSeconds
  }
}
