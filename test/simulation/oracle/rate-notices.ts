import type { Table } from '../services/tables.ts'
import type { Report } from './findings.ts'
import type { Knowledge } from './knowledge.ts'

/** Watches what is told of rate cards and of what has no price: of each at least once, and never of anything else. */
export interface RateNotices {
  readonly published: (type: string, detail: string) => void
  readonly judge: (held: Table) => void
}

interface NoticeText {
  readonly id: string
  readonly subject: string
  readonly data: { readonly version?: number; readonly service?: string; readonly meter?: string }
}

export function rateNoticesOf({ cards }: Knowledge, report: Report): RateNotices {
  const versions = new Set<number>()
  const shelves = new Set<string>()
  const published: RateNotices['published'] = (type, detail) => {
    const { id, subject, data } = JSON.parse(detail) as NoticeText
    if (type === 'groschen.rates.changed' && data.version !== undefined) {
      const isThere = cards.some(({ version }) => version === data.version)
      if (!isThere || id !== `rates#${data.version}`) report('safety', 'what is told of rates is true', detail)
      versions.add(data.version)
    } else if (type === 'groschen.usage.parked' && subject === `parked#${data.service}#${data.meter}`)
      shelves.add(subject)
    else report('safety', 'nothing else is told', `${type} ${detail}`)
  }
  const judge: RateNotices['judge'] = (held) => {
    for (const { version } of cards) {
      if (!versions.has(version)) report('safety', 'every version is told', String(version))
    }
    for (const item of held.all()) {
      const shelf = item['shelf']!.S!
      if (shelf.startsWith('parked#') && item['kind'] !== undefined && !shelves.has(shelf))
        report('safety', 'what is parked is told', shelf)
    }
  }
  return { published, judge }
}
