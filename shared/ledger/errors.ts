import { type Fault, GroschenError } from '../errors/groschen-error.ts'

/** A page that contradicts itself or the page before it. Nothing more is written to this log; other accounts go on. */
export class BrokenChain extends GroschenError {
  readonly code = 'log.broken-chain'
  readonly fault: Fault = 'bug'
  constructor(account: string, seq: number, finding: string) {
    super(`page ${seq} of account ${account}: ${finding}; nothing more is written to this log`)
  }
}

/** A page in a format that this release does not know: a newer one wrote it. */
export class UnknownPageFormat extends GroschenError {
  readonly code = 'log.unknown-format'
  readonly fault: Fault = 'retry'
  constructor(account: string, seq: number, format: number) {
    super(`page ${seq} of account ${account} has format ${format}, unknown to this release; deploy the newer one`)
  }
}

/** An event would go into a page without proof that no page holds it already. A bug: nothing is written. */
export class Uncovered extends GroschenError {
  readonly code = 'log.uncovered'
  readonly fault: Fault = 'bug'
  constructor(account: string, seq: number, identity: string) {
    super(`page ${seq} of account ${account} was not written: ${identity.replaceAll('\0', ' ')} is not proven absent`)
  }
}

/** A balance or lifetime total would pass what a log can hold (14 digits of credits). Nothing is written. */
export class BalanceOutOfRange extends GroschenError {
  readonly code = 'log.balance-out-of-range'
  readonly fault: Fault = 'bug'
  constructor(account: string, seq: number) {
    super(`page ${seq} of account ${account} was not written: a balance has at most 14 digits of credits`)
  }
}
