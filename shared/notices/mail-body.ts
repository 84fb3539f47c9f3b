import type { Notice } from './notice.ts'

/** The notice as plain text. */
export const mailText = ({ paragraphs, link, reference }: Notice): string =>
  [...paragraphs, ...(link === undefined ? [] : [`${link.label}: ${link.url}`]), reference].join('\n\n')

/** The notice as HTML that needs nothing from elsewhere. Every text is escaped: names come from customers. */
export function mailHtml({ language, subject, paragraphs, link, reference }: Notice): string {
  const button = link === undefined ? '' : `<p><a href="${escaped(link.url)}">${escaped(link.label)}</a></p>`
  const text = paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join('')
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body style="font:16px/1.5 sans-serif;color:#111;max-width:36rem">${text}${button}<p style="color:#666;font-size:13px">${escaped(reference)}</p></body></html>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
