import { type Fault, GroschenError } from '../../shared/errors/groschen-error.ts'

/** A log whose account has no record: its time zone is unknown. */
export class AccountRecordMissing extends GroschenError {
  readonly code = 'project-log.account-record-missing'
  readonly fault: Fault = 'retry'
  constructor(account: string) {
    super(`account ${account} has a log and no record, so no time zone; its snapshots wait until the record is there`)
  }
}

/** Thrown to the trigger, so that it calls again. Every other account was followed. */
export class AccountsNotProjected extends GroschenError {
  readonly code = 'project-log.not-projected'
  readonly fault: Fault = 'retry'
  constructor(accounts: readonly string[]) {
    super(`${accounts.length} accounts were not followed (${accounts.slice(0, 5).join(', ')}); they are tried again`)
  }
}
