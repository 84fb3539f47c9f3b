/** Every step of a run, told apart by one number: two runs with the same number were the same. */
export interface Trace {
  readonly note: (line: string) => void
  readonly hash: () => string
}

/** @param show prints each line, with its virtual time */
export function traceOf(now: () => number, show: ((line: string) => void) | undefined): Trace {
  let [low, high] = [0xdeadbeef, 0x41c6ce57]
  const note = (line: string): void => {
    const time = now()
    low = Math.imul(low ^ (time % 2 ** 31), 2654435761)
    for (let at = 0; at < line.length; at += 1) {
      const code = line.charCodeAt(at)
      low = Math.imul(low ^ code, 2654435761)
      high = Math.imul(high ^ code, 1597334677)
    }
    high ^= low >>> 15
    show?.(`${new Date(time).toISOString()} ${line}`)
  }
  return { note, hash: () => hex(low) + hex(high) }
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')
