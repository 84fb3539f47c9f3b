import * as z from 'zod/mini'
import { nameSchema } from '../../usage/text.ts'

/** Another name of a service, such as a dated snapshot of a model: priced as `service` is, because the card says so. */
export const aliasSchema = z.strictObject({ alias: nameSchema, service: nameSchema })

export type Alias = z.infer<typeof aliasSchema>
