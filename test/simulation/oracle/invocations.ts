import type { Machine } from '../engine/machine.ts'
import type { Writer } from '../services/documents.ts'
import type { Report } from './findings.ts'

/** Holds what price-usage says it did against what it did. */
export interface Invocations {
  readonly charged: (writer: Writer, charges: number) => void
  /** An invocation answered, with these sums of its metrics. */
  readonly answered: (machine: Machine, metrics: ReadonlyMap<string, number>) => void
}

/**
 * A charge is reported once, by the invocation that wrote it: also when the answer to its put was lost.
 *
 * Events that go back may have been written without their writer's knowledge; then it may report fewer.
 */
export function invocationsOf(report: Report): Invocations {
  const written = new Map<string, number>()
  const nameOf = ({ machine, invocation }: Pick<Writer, 'machine' | 'invocation'>): string =>
    `${machine.id}/${invocation}`
  return {
    charged: (writer, charges) => {
      written.set(nameOf(writer), (written.get(nameOf(writer)) ?? 0) + charges)
    },
    answered: (machine, metrics) => {
      const name = nameOf({ machine, invocation: machine.invocation })
      const [wrote, said] = [written.get(name) ?? 0, metrics.get('EventsCharged') ?? 0]
      const isSure = (metrics.get('EventsGivenBack') ?? 0) === 0
      if (said > wrote || (isSure && said < wrote))
        report('safety', 'a function knows its own pages', `price-usage#${name} wrote ${wrote} charges, said ${said}`)
    },
  }
}
