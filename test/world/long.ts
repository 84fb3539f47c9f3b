/**
 * How often, or how many at once: the second number where `LONG_TESTS` is set, as in .ci/run and `npm run test:long`, else the first.
 *
 * Both forms show the same; the long one meets rarer orders of things.
 */
export const inLong = (short: number, long: number): number => (process.env['LONG_TESTS'] === undefined ? short : long)
