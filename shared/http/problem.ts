import * as z from 'zod/mini'
import { described } from './described.ts'

/** RFC 9457, with our `code` and `errors`. */
export const problemSchema = z
  .object({
    type: described(z.string(), 'A URI of the code; not fetched by anything'),
    title: z.string(),
    status: z.int().check(z.minimum(400), z.maximum(599)),
    detail: described(z.string(), 'What is wrong here, and what to do'),
    instance: described(z.string(), 'Holds the id of the request, by which its log is found'),
    code: described(z.string(), 'Stable: branch on this'),
    errors: z.optional(
      z.array(
        z.object({
          pointer: described(z.string(), 'A JSON pointer (RFC 6901) into the part of the request that the code names'),
          detail: z.string(),
        }),
      ),
    ),
  })
  .check(z.meta({ id: 'Problem', description: 'Problem details (RFC 9457)' }))

export type ProblemDocument = z.infer<typeof problemSchema>
