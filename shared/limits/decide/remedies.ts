import type { Reason } from './judge-use.ts'

/** What decided, and what there is to know of it. */
export interface Where {
  /** Nobody can ask for more of a ceiling or of the balance, only an admin can make room there. */
  readonly at: 'tier' | 'ceiling' | 'balance'
  /** The limit is 0. */
  readonly isNothing: boolean
  /** Where a tier refuses: the upgrade request of the user for the category, if one is open. */
  readonly asked: string | undefined
}

export interface Asking {
  readonly account: string
  readonly user: string
  /** Of a model without a price, the one that was meant: `; did you mean …?` */
  readonly modelMeant?: string
}

/** What can be done where an access check says no. @param word an admin's, where one was given */
export function remedyOf(
  reason: Reason,
  { account, user, modelMeant = '' }: Asking,
  where: Where,
  word?: string,
): string {
  const path = `/v1/accounts/${account}`
  switch (reason) {
    case 'limit-reached':
      return where.isNothing
        ? `nothing of this may be used: ${moreAt(where, path)}`
        : `wait until the window ends, or ${moreAt(where, path)}`
    case 'estimate-too-large':
      return `something is left, but less than this costs: do something smaller, or ${moreAt(where, path)}`
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

function moreAt({ at, asked }: Where, path: string): string {
  switch (at) {
    case 'tier':
      if (asked !== undefined)
        return `an admin decides what was asked for: POST ${path}/upgrade-requests/${asked}/decision`
      return `ask for more: POST ${path}/upgrade-requests`
    case 'ceiling':
      return `an admin raises the ceiling: PUT ${path}/limits`
    case 'balance':
      return `an admin buys credits: POST ${path}/top-ups`
  }
}
