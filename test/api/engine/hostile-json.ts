/** How deep a hostile value nests: far past what any schema takes, not past what a parser takes. */
const DEPTH = 3000
const LONG = 40_000

/**
 * JSON texts that some schema refuses: other kinds, nothing, bounds passed, numbers as no decimal is written, characters that
 * break keys and logs, names that JavaScript itself uses. Texts, since JSON can say more than `JSON.stringify` writes.
 */
export const hostileJson: readonly string[] = [
  ...['null', 'true', 'false'],
  ...['0', '-0', '-1', '0.5', '1e-400', '1e999', '-1e999', '2147483648', '9007199254740993', '1'.padEnd(400, '0')],
  ...['""', '" "', '"x"', '"é"', '"0"', '"-1"', '"1."', '".5"', '"1,5"', '"+1"', '" 1"', '"1\\n"', '"01"', '"1e5"'],
  ...[
    '"1_000"',
    '"0x10"',
    '"1n"',
    '"NaN"',
    '"Infinity"',
    '"-Infinity"',
    '"-"',
    '"-0"',
    '"\\u0661"',
    '"1.0000000000000000000001"',
  ],
  ...[`"${'9'.repeat(500)}"`, `"0.${'1'.repeat(500)}"`, `"${'x'.repeat(LONG)}"`, `"${'😀'.repeat(300)}"`],
  ...[
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\u001b[2J"',
    '"\\u0085"',
    '"\\ud800"',
    '"a\\udc00\\ud800"',
    '"\\u2028"',
    '"\\ufeff"',
  ],
  ...['"2026-02-30"', '"2026-13-01T00:00:00Z"', '"2026-11-24T25:00:00Z"', '"+275760-09-13T00:00:00Z"', '"9999-99-99"'],
  ...['"1969-12-31T23:59:59Z"', '"2026-11-24T08:00:00"', '"2026-11-24T08:00:00.Z"'],
  ...['"__proto__"', '"constructor"', '"toString"', '"../.."', '"=1+1"', '"%00"', '"a#b"', '"\\"\\\\"'],
  ...['[]', '[null]', '[[]]', '[{}]', '["x"]', '[1,1]', `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`],
  ...['{}', '{"":""}', '{"x":null}', '{"__proto__":{"x":1}}', '{"constructor":1,"toString":2}', '{"length":1}'],
  `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`,
]

/** The same for what stands in a URL, percent-encoded. */
export const hostileTexts: readonly string[] = [
  ...['', '%20', 'x', '0', '-1', '0.5', '1e3', '1e999', '+1', '01', '99999999999999999999', '9'.repeat(500)],
  ...['%00', '%0A', 'a%00b', '%C2%85', '%ED%A0%80', '%FF', '%', '%zz', '%E2%80%A8', '%F0%9F%98%80'],
  ...['null', 'true', 'NaN', '[]', '{}', '__proto__', 'constructor', '..%2F..', 'a%23b', 'a/b', 'x'.repeat(3000)],
  ...[
    '2026-02-30',
    '2026-13-01',
    '9999-99-99',
    '2026-11-24T25:00:00Z',
    '2026-11-24T08:00:00',
    '+275760-09-13T00:00:00Z',
  ],
  // A list's place that is none: JSON that is no cursor, of another list, with values of other kinds.
  ...[
    'bnVsbA',
    'e30',
    'W10',
    'WyJ4IiwxXQ',
    'WyJhY2NvdW50cyIsbnVsbF0',
    'WyJlbnRyaWVzIiwtMV0',
    'WyJlbnRyaWVzIiwxZTk5OV0',
  ],
]
