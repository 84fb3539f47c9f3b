/**
 * What a spreadsheet runs: it begins with a sign of a formula, in full-width form too, or with one behind blanks, which some
 * spreadsheets and some later exports drop (OWASP, "CSV Injection").
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cf}]*[=+\-@＝＋－＠])/u

/** A text for a cell of a table: a spreadsheet shows it, and runs nothing. Amounts need none, or −12.50 would be text. */
export const spreadsheetText = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)
