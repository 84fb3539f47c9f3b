import type { Reason } from './decide-access.ts'
import type { Limit } from './limits-on.ts'

/** The facts that a remedy names. */
interface Asking {
  readonly account: string
  readonly user: string
  /** `; did you mean …?`, of a model without a price. */
  readonly modelMeant?: string
  /** An admin's word for stopping the account. */
  readonly word?: string | undefined
}

/** The limit that decided. */
interface DecidedBy {
  /** `undefined`: the balance. */
  readonly by?: Limit | undefined
  /** Where a tier refuses: the open upgrade request of the user for the category. */
  readonly asked?: string | undefined
}

/** The remedy that a user or an admin has after a refused access check. */
export function remedyOf(
  reason: Reason,
  { account, user, modelMeant = '', word }: Asking,
  decided: DecidedBy = {},
): string {
  const path = `/v1/accounts/${account}`
  switch (reason) {
    case 'limit-reached':
      return decided.by?.limit.isZero() === true
        ? `nothing of this may be used: ${more(decided, path)}`
        : `wait until the window ends, or ${more(decided, path)}`
    case 'estimate-too-large':
      return `something is left, but less than this costs: do something smaller, or ${more(decided, path)}`
    case 'in-flight':
      return 'it fits as soon as what is under way has ended: try again in a few seconds'
    case 'top-up-on-the-way':
      return 'credits are being bought: try again in a few seconds'
    case 'no-balance':
      return `an admin has to buy credits: POST ${path}/top-ups`
    case 'account-stopped':
      return word === undefined
        ? 'the operator has to look at this account'
        : `an admin stopped this account (${word}): PUT ${path}/limits starts it again`
    case 'unknown-user':
      return `an admin has to put the user into a tier: PUT ${path}/user for ${JSON.stringify(user)}, or set a tier for new users: PUT ${path}/limits`
    case 'unknown-category':
      return `use text, image, api or other, or let the account allow others: PUT ${path}/limits`
    case 'unpriced-model':
      return `name the model as the rate card does, vendor/model, or an operator publishes a price for it: POST /v1/rate-cards${modelMeant}`
    case 'too-many-reservations':
      return 'end those that are over: DELETE /v1/reservations/{reservation}, or name them in their usage events'
    case 'unknown-account':
      return 'an operator has to open the account: POST /v1/accounts'
  }
}

/** Only an admin makes room in a ceiling or a balance; a user may ask for more of a tier. */
function more({ by, asked }: DecidedBy, path: string): string {
  switch (by?.source.kind) {
    case 'tier':
      return asked === undefined
        ? `ask for more: POST ${path}/upgrade-requests`
        : `an admin decides what was asked for: POST ${path}/upgrade-requests/${asked}/decision`
    case 'ceiling':
      return `an admin raises the ceiling: PUT ${path}/limits`
    case undefined:
      return `an admin buys credits: POST ${path}/top-ups`
  }
}
