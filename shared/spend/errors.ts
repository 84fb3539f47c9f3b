import { type Fault, GroschenError } from '../errors/groschen-error.ts'

/** A snapshot in a format that this release does not know: a newer one wrote it. */
export class UnknownSnapshotFormat extends GroschenError {
  readonly code = 'folds.unknown-format'
  readonly fault: Fault = 'retry'
  constructor(account: string, part: string, format: number) {
    super(`${part} of account ${account} has format ${format}, unknown to this release; deploy the newer one`)
  }
}

/** A snapshot was rewritten several times while it was read, so its parts belong to no common page. */
export class SnapshotMoved extends GroschenError {
  readonly code = 'folds.snapshot-moved'
  readonly fault: Fault = 'retry'
  constructor(account: string) {
    super(`the snapshot of account ${account} was written anew while it was read; ask again`)
  }
}
