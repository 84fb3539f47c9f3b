import * as z from 'zod/mini'

/** A fault that a rule found, and its place in the value. */
export interface RuleFault {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Nothing is wrong with the value so far, nor with anything in it. */
const isSound = ({ issues }: z.core.ParsePayload): boolean => issues.length === 0

/**
 * A rule that runs only on sound values: after every check before it, and every check of the fields inside, has passed.
 *
 * `z.refine` runs its rule also where a text inside does not match its pattern. A rule that counts with that text then throws, and a
 * fault of the request becomes a 500. So every rule of a schema for input from outside is made here.
 */
export const ruled = <T>(
  isRight: (value: NoInfer<T>) => boolean,
  rule: string | { readonly error: z.core.$ZodErrorMap | string; readonly path?: PropertyKey[] },
): z.core.$ZodCheck<T> =>
  z.refine<T>(isRight, { ...(typeof rule === 'string' ? { error: rule } : rule), when: isSound })

/**
 * Like `ruled`, for a rule that returns its faults with their places (none: the value is right). Join several rules of one value into
 * one: a second check does not run where the first finds a fault.
 */
export function ruledBy<T>(faultsOf: (value: NoInfer<T>) => readonly RuleFault[]): z.core.$ZodCheck<T> {
  const check = z.check<T>(({ value, issues }) => {
    for (const { path, message } of faultsOf(value))
      issues.push({ code: 'custom', continue: true, input: value, path: [...path], message })
  })
  check._zod.def.when = isSound
  return check
}
