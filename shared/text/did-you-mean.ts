import { nearest } from './nearest.ts'

/** `; did you mean "input_tokens"?`, to put behind what is wrong with `name`; `''` where no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const meant = nearest(name, known)
  return meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`
}
