/** Phrases that a reader with English as a second language reads twice. Say who does what, and when. */
export const RIDDLES: Readonly<Record<string, RegExp>> = {
  whoever: /\bwhoever\b/i,
  nobody: /\bnobody\b/i,
  'is told': /\b(is|are|was|were|be|been|being) told\b/i,
  'so many': /\bso many\b/i,
  'what is … is': /\bwhat is\b[^.,;:()`]{1,60}? (is|are)\b/i,
  'can be but': /\bcan be but\b/i,
  'there is none of': /\bthere (is|are) none of\b/i,
  'hears of': /\bhears? of\b/i,
  'of ours': /\b(nothing|nobody|none|somebody|anything) of ours\b/i,
}

/** The text of a file with its lines joined, so that a phrase is found across a line's end. */
export const joinedLines = (text: string): string => text.replace(/\s*\n\s*(\*|\/\/)?\s*/g, ' ')
