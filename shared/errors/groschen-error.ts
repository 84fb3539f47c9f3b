/** Who has to act. `caller`: a 4xx, quarantine. `retry`: give the message back. `bug`: stop this account, page someone. */
export type Fault = 'caller' | 'retry' | 'bug'

/** The root of our errors. `code` is stable and documented, so that people can search for it. */
export abstract class GroschenError extends Error {
  abstract readonly code: string
  abstract readonly fault: Fault
}
