import type { Session } from './objects.ts'

const WORDS = {
  de: {
    pay: (amount: string) => `${amount} bezahlen`,
    store: 'Karte speichern',
    card: 'Kartennummer',
    leave: 'Abbrechen',
    keeps: 'Die Karte wird für automatische Zahlungen hinterlegt und ersetzt eine hinterlegte.',
    forgets: 'Die Karte wird nur für diese Zahlung verwendet und nicht hinterlegt.',
    note: 'Dies ist eine Nachbildung auf diesem Rechner: es fließt kein Geld.',
    refused: 'Die Karte wurde abgelehnt. Versuchen Sie eine andere.',
    closed: 'Diese Seite ist nicht mehr offen.',
    cards: 'Testkarten',
  },
  en: {
    pay: (amount: string) => `Pay ${amount}`,
    store: 'Save card',
    card: 'Card number',
    leave: 'Cancel',
    keeps: 'The card is stored for automatic payments, in place of a stored one.',
    forgets: 'The card is used for this payment alone, and is not stored.',
    note: 'This is a copy on this machine: no money moves.',
    refused: 'The card was declined. Try another one.',
    closed: 'This page is no longer open.',
    cards: 'Test cards',
  },
} as const

const CARDS = [
  ['4242 4242 4242 4242', 'succeeds'],
  ['4000 0000 0000 0002', 'declined'],
  ['4000 0000 0000 9995', 'insufficient funds'],
  ['4000 0000 0000 9987', 'lost card'],
  ['4000 0027 6000 3184', 'needs the payer’s confirmation when they are not on the page'],
  ['4000 0000 0000 0077', 'takes ten seconds'],
] as const

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const euros = (cents: number, language: 'de' | 'en'): string =>
  new Intl.NumberFormat(language, { style: 'currency', currency: 'EUR' }).format(cents / 100)

/** The provider's page, where a person pays or stores a card. */
export function checkoutPage(session: Session, isRefused: boolean): string {
  const { locale, mode, amount_total, description, status } = session
  const words = WORDS[locale]
  const amount = amount_total === null ? '' : euros(amount_total, locale)
  const form = `<form method="post">
      ${isRefused ? `<p class="refused" role="alert">${words.refused}</p>` : ''}
      <label for="card">${words.card}</label>
      <input id="card" name="card" inputmode="numeric" autocomplete="cc-number" value="4242 4242 4242 4242" required>
      <p class="stores">${session.storesMethod ? words.keeps : words.forgets}</p>
      <button name="do" value="pay">${mode === 'payment' ? words.pay(amount) : words.store}</button>
      <button name="do" value="leave" class="plain" formnovalidate>${words.leave}</button>
    </form>
    <details><summary>${words.cards}</summary><dl>${CARDS.map(([card, what]) => `<dt>${card}</dt><dd>${what}</dd>`).join('')}</dl></details>`
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${mode === 'payment' ? words.pay(amount) : words.store}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f4f5f7; color: #1c2333; }
  main { max-width: 26rem; margin: 8vh auto; background: #fff; border: 1px solid #dfe3ea; border-radius: 12px; padding: 2rem; }
  h1 { font-size: 1.1rem; font-weight: 500; margin: 0; overflow-wrap: anywhere; }
  .amount { font-size: 2.4rem; font-weight: 600; margin: .2rem 0 1.4rem; font-variant-numeric: tabular-nums; }
  label { display: block; font-size: .9rem; margin-bottom: .3rem; }
  input { width: 100%; box-sizing: border-box; font: inherit; padding: .7rem; border: 1px solid #8a94a6; border-radius: 8px; letter-spacing: .04em; }
  button { width: 100%; font: inherit; font-weight: 600; padding: .8rem; margin-top: 1rem; border: 0; border-radius: 8px; background: #2347c5; color: #fff; cursor: pointer; }
  button.plain { background: none; color: #3d475c; font-weight: 400; margin-top: .3rem; }
  .refused { background: #fdecec; color: #8f1616; border-radius: 8px; padding: .6rem .8rem; }
  .stores { font-size: .9rem; margin: .8rem 0 0; }
  .note, details { font-size: .85rem; color: #4d5870; } dt { font-variant-numeric: tabular-nums; margin-top: .4rem; } dd { margin: 0; }
</style></head>
<body><main>
    <h1>${escaped(description)}</h1>
    <p class="amount">${amount}</p>
    ${status === 'open' ? form : `<p>${words.closed}</p>`}
    <p class="note">${words.note}</p>
</main></body></html>`
}
