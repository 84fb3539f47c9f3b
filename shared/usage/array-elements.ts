/**
 * The texts of a JSON array's elements, to the letter: what a publisher sent, not what a parser made of it.
 *
 * @param text a JSON array that `JSON.parse` accepts
 */
export function arrayElements(text: string): readonly string[] {
  const elements: string[] = []
  let depth = 0
  let inString = false
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
      continue
    }
    if (character === '"') inString = true
    else if (character === '[' || character === '{') {
      depth += 1
      if (depth === 1) start = at + 1
    } else if (character === ']' || character === '}') {
      depth -= 1
      if (depth === 0) elements.push(text.slice(start, at).trim())
    } else if (character === ',' && depth === 1) {
      elements.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return elements
}
