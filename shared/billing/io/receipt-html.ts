import { html } from 'hono/html'
import type { Receipt } from '../receipt.ts'

/** The template escapes this too: no quote, `<`, `>` or `&` may be in it. */
const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#111}
h1{font-size:1.8rem;margin:0 0 1.5rem}h2{font-size:.85rem;margin:0;color:#555;font-weight:600}
.parties{display:flex;gap:3rem;margin:0 0 2rem}.parties section{flex:1}p{margin:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.5rem;margin:0 0 2rem}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}th,td{text-align:left;padding:.5rem 0;border-bottom:1px solid #ddd}
th:last-child,td:last-child{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tfoot th{border-bottom:2px solid #111}.note{margin-top:2rem;color:#555}@media print{body{margin:0}}`

/** The receipt as one page that needs nothing else. Every text is escaped by the template. */
export async function receiptHtml(receipt: Receipt): Promise<string> {
  const { language, title, number, facts, seller, buyer, heads, rows, total, takings, note } = receipt
  const party = ({ label, lines }: Receipt['seller']) =>
    html`<section><h2>${label}</h2>${lines.map((line) => html`<p>${line}</p>`)}</section>`
  const row = ([label, value]: readonly [string, string]) => html`<tr><td>${label}</td><td>${value}</td></tr>`
  return String(
    await html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} ${number}</title><style>${STYLE}</style></head>
<body><h1>${title}</h1>
<div class="parties">${party(seller)}${party(buyer)}</div>
<dl>${facts.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>
<table><thead><tr><th scope="col">${heads[0]}</th><th scope="col">${heads[1]}</th></tr></thead>
<tbody>${rows.map(row)}</tbody>
<tfoot><tr><th scope="row">${total[0]}</th><th>${total[1]}</th></tr>${takings.map(row)}</tfoot></table>
${note === undefined ? '' : html`<p class="note">${note}</p>`}
</body></html>
`,
  )
}
