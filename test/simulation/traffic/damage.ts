import type { Random } from '../../world/random.ts'
import { textOf, type Variant } from './variant.ts'

/** JSON that is no event, made from one that is: never to be charged, always to be kept. */
export function damaged(random: Random, variant: Variant): string {
  const event = JSON.parse(textOf(variant, 0)) as Record<string, unknown>
  const data = event['data'] as Record<string, unknown>
  const damages: readonly (() => unknown)[] = [
    () => null,
    () => 'a text',
    () => ({}),
    () => ({ ...event, specversion: '2.0' }),
    () => ({ ...event, time: '2026-02-30T00:00:00Z' }),
    () => ({ ...event, id: '' }),
    () => ({ ...event, subject: 'No Account' }),
    () => ({ ...event, data: { ...data, quantities: {} } }),
    () => ({ ...event, data: { ...data, quantities: { runs: -1 } } }),
    () => ({ ...event, data: { ...data, quantities: { runs: 1.5 } } }),
    () => ({ ...event, data: { ...data, quantities: { runs: '1e3' } } }),
    () => ({ ...event, data: { ...data, category: 'dreams' } }),
    () => ({ ...event, data: { ...data, user: 'a\u0000b' } }),
    () => ({ ...event, data: { ...data, extra: 1 } }),
  ]
  return JSON.stringify(random.pick(damages)())
}
