import { ceilingOverview } from '../../../shared/api/limits/ceiling-overview.ts'
import * as api from '../../../shared/api/limits/users.ts'
import { userShape } from '../../../shared/api/limits/users.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import type { Served } from '../../../shared/http/serve.ts'
import type { Ceiling } from '../../../shared/ledger/entries/limit-settings.ts'
import { standings, type UserStanding } from '../../../shared/limits/decide/user-standing.ts'
import { assignTier } from '../../../shared/limits/io/assign-tier.ts'
import { spentInMonth, wholeFold } from '../../../shared/limits/io/whole-fold.ts'
import type { LimitsState } from '../../../shared/limits/settings/limits-state.ts'
import { noSuchTier, tierFaultOf } from '../../../shared/limits/settings/tier-fault.ts'
import { changeContact } from '../../../shared/notices/io/change-contact.ts'
import { noContact, readContact } from '../../../shared/notices/io/user-contacts-table.ts'
import { monthsOf } from '../../../shared/spend/selector.ts'
import { windowOf } from '../../../shared/time/window.ts'
import { type Services, type Setting, serve } from '../services.ts'

const listUsers = serve(
  api.listUsers,
  async ({ params: { account }, query: { limit, after, tier, over } }, { services, tools }) => {
    const { fold, users } = await wholeFold(services.folds, account, tools.now())
    // An archived tier is accepted: it may still have users.
    const fault = tierFaultOf(fold.limits().settings, tier, tier)
    if (fault !== undefined) throw noSuchTier(account, fault)
    const sought = users.filter(
      (one) =>
        (after === undefined || one.user > after) &&
        (tier === undefined || one.tier?.id === tier) &&
        (over === undefined || one.usedPercent >= over),
    )
    const page = fitting(sought.slice(0, limit).map(userShape))
    const last = sought.length > page.length ? page.at(-1) : undefined
    return { status: 200, body: { users: page, next: api.usersPaging.next(last?.user) } }
  },
)

const getUser = serve(api.getUser, async ({ params: { account }, query: { user } }, setting) => ({
  status: 200,
  body: await userDetails(account, user, setting),
}))

const putUser = serve(api.putUser, async ({ params: { account }, body: { user, ...body }, key }, setting) => {
  const { services, caller } = setting
  await assignTier(account, user, body.tier, { key, actor: caller.subject }, setting)
  await changeContact(services.accounts, account, user, body, services.nonce)
  return { status: 200, body: await userDetails(account, user, setting) }
})

async function userDetails(account: string, user: string, setting: Setting) {
  const [contact, { standing, ceilings }] = await Promise.all([
    readContact(setting.services.accounts, account, user),
    standingOf(account, user, setting),
  ])
  const { email, language } = contact ?? noContact
  return { ...userShape(standing), ceilings, email, language }
}

/** @throws Problem */
async function standingOf(account: string, user: string, { services, tools }: Setting): Promise<Stands> {
  const { fold, day } = await services.folds.withUsers(account, tools.now(), (one, today) => [
    { user },
    ...ceilingsOfEachUser(one.limits())
      .flatMap(({ window }) => monthsOf(windowOf(window, today)))
      .map((month) => ({ user, month })),
  ])
  const month = windowOf({ kind: 'month' }, day)
  return {
    standing: standings(fold.limits(), month, spentInMonth(fold, month))(user, fold.assignedTier(user)),
    ceilings: ceilingsOfEachUser(fold.limits()).flatMap((one) => ceilingOverview(one, { fold, day, groups: [], user })),
  }
}

interface Stands {
  readonly standing: UserStanding
  readonly ceilings: ReturnType<typeof ceilingOverview>
}

const ceilingsOfEachUser = ({ settings }: LimitsState): readonly Ceiling[] =>
  settings.ceilings.filter(({ scope }) => scope.of === 'user')

export const userHandlers: readonly Served<Services>[] = [listUsers, getUser, putUser]
