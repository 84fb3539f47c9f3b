import type { SuspendReason, TopUpState } from '../ledger/tally/top-up-state.ts'
import type { Language } from '../text/language.ts'
import type { EndReason } from '../top-ups/top-up.ts'

interface NoticeWords {
  readonly greeting: (name: string) => string
  readonly lowBalance: {
    readonly subject: (level: string) => string
    readonly text: (balance: string, level: string) => string
  }
  readonly exhausted: {
    readonly subject: string
    readonly text: (balance: string) => string
    readonly refused: string
    /** By what automatic top-up does. @param credits that are being bought */
    readonly topUp: Readonly<Record<TopUpState['kind'], (credits: string) => string>>
    readonly remedy: string
  }
  readonly remedy: string
  readonly succeeded: {
    readonly subject: (credits: string) => string
    readonly text: (credits: string, paid: string) => string
    readonly invoiced: (credits: string, due: string, reference: string) => string
    /** The balance is not above zero after it. */
    readonly stillRefused: string
    readonly buysAgain: (at: string) => string
  }
  readonly failed: { readonly subject: string; readonly text: (credits: string) => string }
  readonly skipped: { readonly subject: string; readonly text: (credits: string) => string }
  readonly actionRequired: { readonly subject: string; readonly text: (paid: string) => string; readonly link: string }
  readonly suspended: {
    readonly subject: string
    readonly declined: string
    readonly moneyBack: string
    readonly restored: string
    readonly whileOff: string
    readonly taken: (credits: string) => string
    readonly whileOpen: string
    /** @param path of the API */
    readonly again: (path: string) => string
  }
  readonly reasons: Readonly<Record<EndReason | SuspendReason | 'reconciling', string>>
  readonly receipt: (number: string, path: string) => string
  readonly nextTry: (at: string) => string
  readonly balance: (balance: string) => string
  readonly event: (id: string) => string
}

/** The words of notices, for each language; types check that none is missing. */
export const noticeWords: Readonly<Record<Language, NoticeWords>> = {
  de: {
    greeting: (name) => `Guten Tag, dies betrifft das Guthabenkonto ${name}.`,
    lowBalance: {
      subject: (level) => `Guthaben unter ${level}`,
      text: (balance, level) => `Das Guthaben ist unter ${level} gefallen und beträgt jetzt ${balance}.`,
    },
    exhausted: {
      subject: 'Guthaben aufgebraucht',
      text: (balance) => `Das Guthaben ist aufgebraucht; es beträgt jetzt ${balance}.`,
      refused:
        'Ab jetzt wird neue Nutzung abgelehnt: jede Zugangsprüfung und jede Reservierung dieses Kontos. Nutzung, die schon stattgefunden hat, wird weiter abgerechnet; das Guthaben kann also noch sinken.',
      topUp: {
        off: () => 'Das automatische Aufladen ist ausgeschaltet.',
        idle: () => 'Das automatische Aufladen ist eingeschaltet und kauft erst unter seiner Schwelle.',
        open: (credits) =>
          `Das automatische Aufladen kauft gerade ${credits}. Sobald sie gutgeschrieben sind und das Guthaben über null liegt, wird Nutzung wieder zugelassen.`,
        waiting: () => 'Das automatische Aufladen ist eingeschaltet und wartet.',
        suspended: () => 'Das automatische Aufladen ist angehalten.',
        reconciling: () =>
          'Das automatische Aufladen wartet, bis alle Zahlungen mit dem wiederhergestellten Konto verglichen sind.',
      },
      remedy: 'Laden Sie Guthaben auf: Sobald es über null liegt, wird Nutzung wieder zugelassen.',
    },
    remedy: 'Laden Sie Guthaben auf oder schalten Sie das automatische Aufladen ein, damit nichts stehen bleibt.',
    succeeded: {
      subject: (credits) => `${credits} aufgeladen`,
      text: (credits, paid) => `Der Kauf von ${credits} ist gutgeschrieben; bezahlt wurden ${paid}.`,
      invoiced: (credits, due, reference) =>
        `Der Kauf von ${credits} ist gutgeschrieben. Zu bezahlen ist dafür die Rechnung ${reference} über ${due}.`,
      stillRefused: 'Neue Nutzung wird weiter abgelehnt, bis das Guthaben über null liegt.',
      buysAgain: (at) => `Das automatische Aufladen kauft wieder am ${at}.`,
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
      restored:
        'Das automatische Aufladen wartet, bis alle Zahlungen mit dem wiederhergestellten Konto verglichen sind. Danach geht es von selbst weiter.',
      whileOff:
        'Das automatische Aufladen ist zurzeit ausgeschaltet. Auch eingeschaltet kauft es nichts, bis Sie es wieder anstoßen.',
      taken: (credits) => `Vom Guthaben abgezogen: ${credits}.`,
      whileOpen: 'Ein Kauf, der schon unterwegs ist, kann noch bezahlt und gutgeschrieben werden.',
      again: (path) => `Wieder anstoßen können Sie es in der API mit POST ${path}.`,
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
      reconciling: 'Bis dahin wird nichts abgebucht.',
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
    exhausted: {
      subject: 'Balance used up',
      text: (balance) => `The balance is used up; it is ${balance} now.`,
      refused:
        'From now on new usage is refused: every access check and every reservation of this account. Usage that has already happened is still charged, so the balance may fall further.',
      topUp: {
        off: () => 'Automatic top-up is switched off.',
        idle: () => 'Automatic top-up is on, and buys only below its threshold.',
        open: (credits) =>
          `Automatic top-up is buying ${credits} now. Usage is allowed again when they are credited and the balance is above zero.`,
        waiting: () => 'Automatic top-up is on, and waits.',
        suspended: () => 'Automatic top-up is suspended.',
        reconciling: () => 'Automatic top-up waits until every payment has been compared with the restored account.',
      },
      remedy: 'Buy credits: usage is allowed again as soon as the balance is above zero.',
    },
    remedy: 'Buy credits, or turn on automatic top-up, so that nothing comes to a halt.',
    succeeded: {
      subject: (credits) => `${credits} bought`,
      text: (credits, paid) => `The purchase of ${credits} was added to the balance; ${paid} was paid.`,
      invoiced: (credits, due, reference) =>
        `The purchase of ${credits} was added to the balance. The invoice ${reference} over ${due} is to be paid for it.`,
      stillRefused: 'New usage is still refused: it is allowed as soon as the balance is above zero.',
      buysAgain: (at) => `Automatic top-up buys again on ${at}.`,
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
      restored:
        'Automatic top-up waits until every payment has been compared with the restored account. After that it goes on by itself.',
      whileOff:
        'Automatic top-up is switched off at the moment. Switched on, it buys nothing until you start it again.',
      taken: (credits) => `Taken off the balance for it: ${credits}.`,
      whileOpen: 'A purchase that is already on its way may still be paid and credited.',
      again: (path) => `The API starts it again with POST ${path}.`,
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
      reconciling: 'No card is charged until then.',
    },
    receipt: (number, path) => `The receipt has the number ${number}; the API has it as a PDF at ${path}.`,
    nextTry: (at) => `The next try is on ${at}.`,
    balance: (balance) => `The balance is ${balance}.`,
    event: (id) => `Reference ${id}`,
  },
}
