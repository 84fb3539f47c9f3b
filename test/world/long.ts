/**
 * How often, or how many at once: the second number in `npm run test:long`, which .ci/run runs, the first in `npm test`.
 *
 * Both forms show the same; the long one meets rarer orders of things.
 */
export const inLong = (short: number, long: number): number => (process.env['LONG_TESTS'] === undefined ? short : long)
