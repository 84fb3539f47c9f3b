import * as z from 'zod/mini'

/** The same schema with a sentence for the documentation. Not for one with an `id`: there would be two of that id. */
export const described = <S extends z.ZodMiniType>(schema: S, description: string): S =>
  schema.check(z.meta({ description })) as S
