import type { SuspendReason } from '../account-log/top-up-state.ts'
import type { Language } from '../billing/billing-details.ts'
import type { EndReason } from '../top-ups/top-up.ts'

interface NoticeWords {
  readonly greeting: (name: string) => string
  readonly lowBalance: {
    readonly subject: (level: string) => string
    readonly text: (balance: string, level: string) => string
  }
  readonly remedy: string
  readonly succeeded: {
    readonly subject: (credits: string) => string
    readonly text: (credits: string, paid: string) => string
    readonly invoiced: (credits: string, due: string, reference: string) => string
  }
  readonly failed: { readonly subject: string; readonly text: (credits: string) => string }
  readonly skipped: { readonly subject: string; readonly text: (credits: string) => string }
  readonly actionRequired: { readonly subject: string; readonly text: (paid: string) => string; readonly link: string }
  readonly suspended: { readonly subject: string; readonly declined: string; readonly moneyBack: string }
  readonly reasons: Readonly<Record<EndReason | SuspendReason, string>>
  readonly receipt: (number: string, path: string) => string
  readonly nextTry: (at: string) => string
  readonly balance: (balance: string) => string
  readonly event: (id: string) => string
}

/** What notices say, for each language; completeness is a matter of types. */
export const noticeWords: Readonly<Record<Language, NoticeWords>> = {
  de: {
    greeting: (name) => `Guten Tag, dies betrifft das Guthabenkonto ${name}.`,
    lowBalance: {
      subject: (level) => `Guthaben unter ${level}`,
      text: (balance, level) => `Das Guthaben ist unter ${level} gefallen und beträgt jetzt ${balance}.`,
    },
    remedy: 'Laden Sie Guthaben auf oder schalten Sie das automatische Aufladen ein, damit nichts stehen bleibt.',
    succeeded: {
      subject: (credits) => `${credits} aufgeladen`,
      text: (credits, paid) => `Der Kauf von ${credits} ist gutgeschrieben; bezahlt wurden ${paid}.`,
      invoiced: (credits, due, reference) =>
        `Der Kauf von ${credits} ist gutgeschrieben. Zu bezahlen ist dafür die Rechnung ${reference} über ${due}.`,
    },
    failed: {
      subject: 'Aufladen fehlgeschlagen',
      text: (credits) => `Der Kauf von ${credits} ist fehlgeschlagen. Es wurde nichts abgebucht.`,
    },
    skipped: {
      subject: 'Automatisches Aufladen ausgelassen',
      text: (credits) => `Der Kauf von ${credits} wurde ausgelassen.`,
    },
    actionRequired: {
      subject: 'Bitte bestätigen Sie eine Zahlung',
      text: (paid) =>
        `Ihre Bank möchte, dass Sie die Zahlung über ${paid} selbst bestätigen. Bis dahin wird nichts gutgeschrieben.`,
      link: 'Zahlung bestätigen',
    },
    suspended: {
      subject: 'Automatisches Aufladen angehalten',
      declined:
        'Das automatische Aufladen ist angehalten, bis Sie ein anderes Zahlungsmittel hinterlegen oder es selbst wieder anstoßen.',
      moneyBack: 'Das automatische Aufladen ist angehalten, bis Sie es selbst wieder anstoßen.',
    },
    reasons: {
      off: 'Das automatische Aufladen ist ausgeschaltet.',
      'cap-reached': 'Die Obergrenze für diesen Monat ist erreicht. Sie können sie in den Einstellungen anheben.',
      cooldown: 'Die Wartezeit nach dem letzten Aufladen läuft noch.',
      'no-payment-method':
        'Es ist kein Zahlungsmittel hinterlegt. Hinterlegen Sie eines, dann geht es von selbst weiter.',
      declined: 'Das Zahlungsmittel wurde abgelehnt.',
      'not-completed': 'Die Zahlung wurde nicht abgeschlossen.',
      'provider-refused': 'Der Zahlungsdienst hat die Zahlung nicht angenommen. Wir sehen nach.',
      'not-needed': 'Das Guthaben reicht wieder aus.',
      disputed: 'Eine Zahlung wurde zurückgebucht.',
      refunded: 'Eine Zahlung wurde erstattet.',
    },
    receipt: (number, path) => `Der Beleg hat die Nummer ${number}; als PDF steht er in der API unter ${path}.`,
    nextTry: (at) => `Der nächste Versuch ist am ${at}.`,
    balance: (balance) => `Das Guthaben beträgt ${balance}.`,
    event: (id) => `Vorgang ${id}`,
  },
  en: {
    greeting: (name) => `Hello, this is about the credit account ${name}.`,
    lowBalance: {
      subject: (level) => `Balance below ${level}`,
      text: (balance, level) => `The balance fell below ${level} and is ${balance} now.`,
    },
    remedy: 'Buy credits, or turn on automatic top-up, so that nothing comes to a halt.',
    succeeded: {
      subject: (credits) => `${credits} bought`,
      text: (credits, paid) => `The purchase of ${credits} was added to the balance; ${paid} was paid.`,
      invoiced: (credits, due, reference) =>
        `The purchase of ${credits} was added to the balance. The invoice ${reference} over ${due} is to be paid for it.`,
    },
    failed: {
      subject: 'Top-up failed',
      text: (credits) => `The purchase of ${credits} failed. Nothing was charged.`,
    },
    skipped: {
      subject: 'Automatic top-up skipped',
      text: (credits) => `The purchase of ${credits} was left out.`,
    },
    actionRequired: {
      subject: 'Please confirm a payment',
      text: (paid) => `Your bank wants you to confirm the payment of ${paid} yourself. Nothing is credited until then.`,
      link: 'Confirm the payment',
    },
    suspended: {
      subject: 'Automatic top-up suspended',
      declined: 'Automatic top-up is suspended until you store another payment method, or start it again yourself.',
      moneyBack: 'Automatic top-up is suspended until you start it again yourself.',
    },
    reasons: {
      off: 'Automatic top-up is switched off.',
      'cap-reached': 'The cap for this month is reached. You can raise it in the settings.',
      cooldown: 'The cooldown after the last top-up is not over yet.',
      'no-payment-method': 'No payment method is stored. Store one, and it goes on by itself.',
      declined: 'The payment method was declined.',
      'not-completed': 'The payment was not completed.',
      'provider-refused': 'The payment provider did not take the payment. We are looking into it.',
      'not-needed': 'The balance is sufficient again.',
      disputed: 'A payment was charged back.',
      refunded: 'A payment was refunded.',
    },
    receipt: (number, path) => `The receipt has the number ${number}; the API has it as a PDF at ${path}.`,
    nextTry: (at) => `The next try is on ${at}.`,
    balance: (balance) => `The balance is ${balance}.`,
    event: (id) => `Reference ${id}`,
  },
}
