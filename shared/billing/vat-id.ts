import { checkVAT, countries } from 'jsvat-next'

/** VAT ids that begin otherwise than ISO 3166 has it: Greece (Council Directive 2006/112/EC, art. 215), and Northern Ireland. */
const PREFIXES: Readonly<Record<string, readonly string[]>> = { GR: ['EL'], GB: ['GB', 'XI'] }

/**
 * A VAT id as it is written on receipts: upper case, no spaces.
 *
 * @param country ISO 3166-1 alpha-2: whose id it must be
 * @returns the fault where its form or check digits are wrong. Whether the id exists, only the tax authorities know.
 */
export function readVatId(text: string, country: string): { readonly vatId: string } | { readonly fault: string } {
  const vatId = text.replaceAll(/[\s.-]/g, '').toUpperCase()
  const prefixes = PREFIXES[country] ?? [country]
  if (!prefixes.some((prefix) => vatId.startsWith(prefix)))
    return { fault: `expected an id that begins with ${prefixes.join(' or ')}, as the country of the address has it` }
  // The library knows the checks of the EU and its neighbours; of the rest of the world no more than the letters are known.
  const rules = vatId.startsWith('XI') ? vatId.replace('XI', 'GB') : vatId
  const known = countries.some(({ codes }) => codes.some((code) => code === country))
  if (known && !checkVAT(rules, [...countries]).isValid)
    return { fault: 'is no VAT id: its form or its check digits are wrong' }
  return { vatId }
}
