import * as z from 'zod/mini'

/** What a rule finds wrong, and where in the value. */
export interface RuleFault {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Nothing is wrong with the value so far, nor with anything in it. */
const isSound = ({ issues }: z.core.ParsePayload): boolean => issues.length === 0

/**
 * A rule that sees sound values alone: it is asked when every check before it, and every check of what is inside, has passed.
 *
 * `z.refine` is asked also where a text inside does not match its pattern: a rule that counts with that text throws, and a
 * fault of the request becomes one of ours. So every rule of a schema for what comes from outside is made here.
 */
export const ruled = <T>(
  isRight: (value: NoInfer<T>) => boolean,
  rule: string | { readonly error: z.core.$ZodErrorMap | string; readonly path?: PropertyKey[] },
): z.core.$ZodCheck<T> =>
  z.refine<T>(isRight, { ...(typeof rule === 'string' ? { error: rule } : rule), when: isSound })

/**
 * The same for a rule that says itself what is wrong, and where: nothing, if nothing. Several rules of one value are one of
 * these: of two checks, the second is not asked where the first finds a fault.
 */
export function ruledBy<T>(faultsOf: (value: NoInfer<T>) => readonly RuleFault[]): z.core.$ZodCheck<T> {
  const check = z.check<T>(({ value, issues }) => {
    for (const { path, message } of faultsOf(value))
      issues.push({ code: 'custom', continue: true, input: value, path: [...path], message })
  })
  check._zod.def.when = isSound
  return check
}
