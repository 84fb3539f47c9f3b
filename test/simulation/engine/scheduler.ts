/** Virtual time: nothing happens but what was put on this list, in the order of its times. */
export interface Scheduler {
  readonly now: () => number
  readonly after: (milliseconds: number, run: () => void) => void
  readonly at: (time: number, run: () => void) => void
  /** Runs until `isOver`, or nothing is left, or time `latest` would be passed. Between two steps all promises settle. */
  readonly runUntil: (latest: number, isOver: () => boolean) => Promise<'over' | 'late' | 'idle'>
}

interface Step {
  readonly time: number
  readonly order: number
  readonly run: () => void
}

export function schedulerFrom(start: number): Scheduler {
  const heap: Step[] = []
  let now = start
  let order = 0

  const at = (time: number, run: () => void): void => {
    order += 1
    push(heap, { time: Math.max(time, now), order, run })
  }
  const runUntil = async (latest: number, isOver: () => boolean): Promise<'over' | 'late' | 'idle'> => {
    await settled()
    while (!isOver()) {
      const [next] = heap
      if (next === undefined || next.time > latest) {
        now = latest
        return next === undefined ? 'idle' : 'late'
      }
      pop(heap)
      now = next.time
      next.run()
      await settled()
    }
    return 'over'
  }
  return { now: () => now, at, after: (milliseconds, run) => at(now + milliseconds, run), runUntil }
}

/** Node runs ticks only when no microtask is left: all that a step set off has happened then. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

const isBefore = (a: Step, b: Step): boolean => a.time < b.time || (a.time === b.time && a.order < b.order)

function push(heap: Step[], step: Step): void {
  let place = heap.length
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (!isBefore(step, heap[parent]!)) break
    heap[place] = heap[parent]!
    place = parent
  }
  heap[place] = step
}

function pop(heap: Step[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
    if (!isBefore(heap[child]!, last)) break
    heap[place] = heap[child]!
    place = child
  }
  heap[place] = last
}
