import type { Language } from '../text/language.ts'
import type { Category } from '../usage/meters.ts'

interface LimitWords {
  /** Whose limit it is: the reader's, another user's, a group's, the account's. */
  readonly whose: {
    readonly own: string
    readonly user: (user: string) => string
    readonly group: (group: string) => string
    readonly account: string
  }
  readonly categories: Readonly<Record<Category, string>>
  /** The limit: a tier or a ceiling by its name, and its usage. */
  readonly limit: (name: string, usage: string) => string
  readonly usageOf: (category: string | undefined, service: string | undefined) => string
  readonly warning: {
    readonly subject: (level: string) => string
    readonly text: (whose: string, limit: string) => string
  }
  readonly reached: { readonly subject: string; readonly text: (whose: string, limit: string) => string }
  readonly cleared: { readonly subject: string; readonly text: (whose: string, limit: string) => string }
  readonly spent: (spent: string, amount: string) => string
  readonly anew: (day: string) => string
  readonly remedyOfUser: string
  readonly remedyOfAdmins: string
  readonly upgrade: {
    readonly filed: {
      readonly subject: (user: string) => string
      readonly text: (user: string, wish: string) => string
    }
    readonly approved: { readonly subject: string; readonly text: (granted: string) => string }
    readonly rejected: { readonly subject: string; readonly text: string }
    readonly wish: (
      what: { readonly tier?: string | undefined; readonly amount?: string | undefined },
      usage: string,
    ) => string
    readonly reason: (reason: string) => string
    readonly word: (word: string) => string
    readonly decide: string
  }
}

/** The words of notices about limits, for each language; types check that none is missing. */
export const limitWords: Readonly<Record<Language, LimitWords>> = {
  de: {
    whose: {
      own: 'Ihr Limit',
      user: (user) => `Das Limit von ${user}`,
      group: (group) => `Das Limit der Gruppe ${group}`,
      account: 'Das Limit des ganzen Kontos',
    },
    categories: { text: 'Text', image: 'Bilder', api: 'API', other: 'Sonstiges' },
    limit: (name, usage) => `„${name}“${usage === '' ? '' : ` für ${usage}`}`,
    usageOf: (category, service) => [category, service].filter(Boolean).join(', '),
    warning: {
      subject: (level) => `${level} % eines Limits erreicht`,
      text: (whose, limit) => `${whose} ${limit} ist bald ausgeschöpft.`,
    },
    reached: {
      subject: 'Limit erreicht',
      text: (whose, limit) => `${whose} ${limit} ist ausgeschöpft. Weitere Nutzung wird abgelehnt.`,
    },
    cleared: {
      subject: 'Limit wieder frei',
      text: (whose, limit) => `${whose} ${limit} lässt wieder Nutzung zu.`,
    },
    spent: (spent, amount) => `Verbraucht sind ${spent} von ${amount}.`,
    anew: (day) => `Ab ${day} zählt das Limit neu.`,
    remedyOfUser: 'Wenn Sie vorher mehr brauchen, stellen Sie in der Plattform eine Anfrage.',
    remedyOfAdmins: 'Sie können den Tarif oder das Limit anheben oder auf eine Anfrage warten.',
    upgrade: {
      filed: {
        subject: (user) => `${user} bittet um mehr`,
        text: (user, wish) => `${user} bittet um ${wish}.`,
      },
      approved: { subject: 'Anfrage genehmigt', text: (granted) => `Sie bekommen ${granted}. Das gilt ab sofort.` },
      rejected: { subject: 'Anfrage abgelehnt', text: 'Ihre Anfrage wurde abgelehnt.' },
      wish: ({ tier, amount }, usage) => (tier === undefined ? `${amount} mehr für ${usage}` : `den Tarif ${tier}`),
      reason: (reason) => `Begründung: ${reason}`,
      word: (word) => `Dazu: ${word}`,
      decide: 'Entscheiden Sie darüber, bevor der Zeitraum endet; danach verfällt die Anfrage.',
    },
  },
  en: {
    whose: {
      own: 'Your limit',
      user: (user) => `The limit of ${user}`,
      group: (group) => `The limit of group ${group}`,
      account: 'The limit of the whole account',
    },
    categories: { text: 'text', image: 'images', api: 'API', other: 'other' },
    limit: (name, usage) => `“${name}”${usage === '' ? '' : ` for ${usage}`}`,
    usageOf: (category, service) => [category, service].filter(Boolean).join(', '),
    warning: {
      subject: (level) => `${level} % of a limit reached`,
      text: (whose, limit) => `${whose} ${limit} will soon be used up.`,
    },
    reached: {
      subject: 'Limit reached',
      text: (whose, limit) => `${whose} ${limit} is used up. Further usage is refused.`,
    },
    cleared: {
      subject: 'Limit free again',
      text: (whose, limit) => `${whose} ${limit} has room again.`,
    },
    spent: (spent, amount) => `${spent} of ${amount} is spent.`,
    anew: (day) => `The limit begins anew on ${day}.`,
    remedyOfUser: 'If you need more before then, file a request in the platform.',
    remedyOfAdmins: 'You can raise the tier or the limit, or wait for a request.',
    upgrade: {
      filed: {
        subject: (user) => `${user} asks for more`,
        text: (user, wish) => `${user} asks for ${wish}.`,
      },
      approved: {
        subject: 'Request approved',
        text: (granted) => `You were granted ${granted}. It counts from now on.`,
      },
      rejected: { subject: 'Request rejected', text: 'Your request was rejected.' },
      wish: ({ tier, amount }, usage) => (tier === undefined ? `${amount} more for ${usage}` : `the tier ${tier}`),
      reason: (reason) => `Reason: ${reason}`,
      word: (word) => `They say: ${word}`,
      decide: 'Decide before the period ends; after that the request expires.',
    },
  },
}
