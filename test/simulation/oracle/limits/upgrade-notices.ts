import type { Report } from '../findings.ts'
import type { StoredPage } from '../read-page.ts'
import { expectations } from './expectations.ts'

/** Watches what is told of upgrade requests: each is filed, and decided at most once. */
export interface UpgradeNotices {
  readonly page: (page: StoredPage) => void
  /** The pages after the cut are gone: what they said may have been told, and may come again. */
  readonly restored: (account: string, cut: number) => void
  readonly published: (type: string, detail: string) => void
  readonly judge: () => void
}

export function upgradeNotices(report: Report): UpgradeNotices {
  const expected = expectations()
  const decided = expectations()
  const told = new Set<string>()
  return {
    page: ({ account, seq, entries }) => {
      const expect = (kind: string, id: string | undefined): void =>
        expected.add(`groschen.upgrade-request.${kind} ${account}#${id}#${kind}`, { account, seq })
      for (const { kind, id, ...entry } of entries) {
        if (kind === 'upgrade-request') expect('filed', id)
        if (kind !== 'upgrade-decision') continue
        const name = `${id} of ${account}`
        if (decided.isDue(name)) report('safety', 'an upgrade request is decided once', name)
        decided.add(name, { account, seq })
        const { granted } = entry as { readonly granted?: { readonly tier?: string; readonly credits?: string } }
        expect(granted?.tier === undefined && granted?.credits === undefined ? 'rejected' : 'approved', id)
      }
    },
    restored: (account, cut) => {
      expected.restored(account, cut)
      decided.restored(account, cut)
    },
    published: (type, detail) => {
      const name = `${type} ${(JSON.parse(detail) as { readonly id: string }).id}`
      if (!expected.has(name)) report('safety', 'a notice of an upgrade request tells what the log says', name)
      told.add(name)
    },
    judge: () => {
      for (const name of expected.due()) if (!told.has(name)) report('safety', 'every upgrade request is told', name)
    },
  }
}
