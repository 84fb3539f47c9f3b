import { limitSettingsShape, readLimitSettings } from '../../../shared/api/limits/limit-settings.ts'
import * as api from '../../../shared/api/limits/limits.ts'
import { fitting } from '../../../shared/http/fitting.ts'
import type { Served } from '../../../shared/http/serve.ts'
import { limitsAt, versionsBack } from '../../../shared/limits/io/limit-versions.ts'
import { setLimits } from '../../../shared/limits/io/set-limits.ts'
import { instantText } from '../../../shared/time/instant.ts'
import { type Services, serve } from '../services.ts'

const getLimits = serve(api.getLimits, async ({ params: { account }, query: { day } }, { services }) => {
  const { settings, version } = await limitsAt(services.log, await services.folds.head(account), day)
  return { status: 200, body: limitSettingsShape(settings, version) }
})

const putLimits = serve(api.putLimits, async ({ params: { account }, body, key }, setting) => {
  const settings = readLimitSettings(body)
  const made = { key, actor: setting.caller.subject, at: setting.tools.now() }
  const page = await setLimits(account, { kind: 'limits', ...made, settings, previous: body.version }, setting)
  return { status: 200, body: limitSettingsShape(settings, page) }
})

const listVersions = serve(
  api.listLimitVersions,
  async ({ params: { account }, query: { limit, after } }, { services }) => {
    const { version } = (await services.folds.head(account)).limits()
    const versions = []
    for await (const { page, entry } of versionsBack(services.log, account, after ?? version)) {
      const { actor, at, settings } = entry
      versions.push({ actor, at: instantText(at), limits: limitSettingsShape(settings, page) })
      if (versions.length > limit) break
    }
    const shown = fitting(versions.slice(0, limit))
    return { status: 200, body: { versions: shown, next: api.paging.next(versions[shown.length]?.limits.version) } }
  },
)

export const limitsHandlers: readonly Served<Services>[] = [getLimits, putLimits, listVersions]
