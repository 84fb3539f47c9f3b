import type { Report } from '../findings.ts'
import type { StoredPage } from '../read-page.ts'

/** Watches what is told of upgrade requests: each is filed, and decided at most once. */
export interface UpgradeNotices {
  readonly page: (page: StoredPage) => void
  readonly published: (type: string, detail: string) => void
  readonly judge: () => void
}

export function upgradeNotices(report: Report): UpgradeNotices {
  const expected = new Set<string>()
  const decided = new Set<string>()
  const told = new Set<string>()
  return {
    page: ({ account, entries }) => {
      for (const { kind, id, ...entry } of entries) {
        if (kind === 'upgrade-request') expected.add(`groschen.upgrade-request.filed ${account}#${id}#filed`)
        if (kind !== 'upgrade-decision') continue
        if (decided.has(`${account} ${id}`))
          report('safety', 'an upgrade request is decided once', `${id} of ${account}`)
        decided.add(`${account} ${id}`)
        const { granted } = entry as { readonly granted?: { readonly tier?: string; readonly credits?: string } }
        const what = granted?.tier === undefined && granted?.credits === undefined ? 'rejected' : 'approved'
        expected.add(`groschen.upgrade-request.${what} ${account}#${id}#${what}`)
      }
    },
    published: (type, detail) => {
      const name = `${type} ${(JSON.parse(detail) as { readonly id: string }).id}`
      if (!expected.has(name)) report('safety', 'a notice of an upgrade request tells what the log says', name)
      told.add(name)
    },
    judge: () => {
      for (const name of expected) if (!told.has(name)) report('safety', 'every upgrade request is told', name)
    },
  }
}
