import { credits } from '../../money/amounts.ts'
import { plain } from '../../money/exact.ts'
import type { Category } from '../../usage/meters.ts'
import type { Hold } from './gate.ts'

type HoldRow = readonly [string, string, number, number, Category | null, string | null]

/** Rows without names: a gate is written at every reservation. */
export const holdsText = (holds: readonly Hold[]): string =>
  JSON.stringify(
    holds.map(
      ({ id, credits: held, expiresAt, takenAt, category, service }): HoldRow => [
        id,
        plain(held),
        expiresAt,
        takenAt,
        category ?? null,
        service ?? null,
      ],
    ),
  )

/** Reads what `holdsText` wrote. */
export const readHolds = (text: string): readonly Hold[] =>
  (JSON.parse(text) as readonly HoldRow[]).map(([id, held, expiresAt, takenAt, category, service]) => ({
    id,
    credits: credits(held),
    expiresAt,
    takenAt,
    category: category ?? undefined,
    service: service ?? undefined,
  }))
