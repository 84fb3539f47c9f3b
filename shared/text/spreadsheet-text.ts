/**
 * A text that a spreadsheet would run: it begins with the sign of a formula, in full-width form too, or behind blanks, which some
 * spreadsheets and some later exports drop (OWASP, "CSV Injection").
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cf}]*[=+\-@＝＋－＠])/u

/** A text as a cell that no spreadsheet runs. Don't use it for amounts: −12.50 would become text. */
export const spreadsheetText = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)
