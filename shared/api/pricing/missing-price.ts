import * as z from 'zod/mini'
import { described } from '../../http/described.ts'
import { type MissingPrice, missingReason, missingText } from '../../pricing/charge/missing-price.ts'
import { meters } from '../../usage/meters.ts'

/** Usage without a price, wherever an answer tells of it. */
export const missingFields = {
  service: z.string(),
  meter: z.enum(meters),
  reason: described(
    z.enum(['rate.missing', 'rate.variant']),
    '`rate.variant`: the meter has a price, but not with this variant',
  ),
  detail: described(z.string(), 'What is missing, in words: of an unlisted variant with those listed, and the nearest'),
}

/** @param meant what may be meant by a service that no rate names: `; did you mean …?` */
export const missingShape = (missing: MissingPrice, service: string, meant: (service: string) => string) => ({
  service,
  meter: missing.meter,
  reason: missingReason([missing]),
  detail: `${missingText([missing], service)}${missing.kind === 'service' ? meant(service) : ''}`,
})
