import fc from 'fast-check';

/** Values that have broken something somewhere, beside random ones. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const TEXTS = [
  '',
  ' ',
  '\0',
  'nul\0id',
  '\ud800',
  '\udfff\ud800',
  '\uffff',
  '\u001b[2J\u001b[31m',
  '\r\n',
  'a\nb\tc',
  '\u202eevil\u2066',
  '\u2028',
  'é',
  'ｅ',
  '👩‍👩‍👧‍👦',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'; drop table labels; --",
  "o'neil",
  '"quoted"',
  '$(reboot)',
  '`reboot`',
  '${7*7}',
  '{{7*7}}',
  '%s%n%x',
  '%00',
  '..',
  '../../../etc/passwd',
  '/dev/zero',
  '/',
  '\\\\server\\share',
  'file:///etc/passwd',
  's3://',
  's3://bucket/../key',
  'http://169.254.169.254/',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-Infinity',
  'true',
  '0',
  '-1',
  '1e400',
  '0x10',
  '9007199254740993',
  '2024-02-30',
  '2024-02-30T00:00:00Z',
  '2001-02-01T00:00:00',
  '2001-02-01T24:00:00Z',
  '2001-02-01T23:59:60Z',
  '+056183-06-12T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '2200-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '5',
  'May 1, 2013',
  '0s',
  '-1d',
  '99999999999w',
  '1e9d',
  '0.0000000001s',
  '5y',
  '-5GB',
  '0B',
  '99999999999999TiB',
  '101%',
  '-1%',
  '%',
  'a'.repeat(201),
  'a'.repeat(5_000),
  '🙂'.repeat(300),
  '('.repeat(2_000),
  '(a+)+$',
  '[',
  'select 1',
  "select * from read_csv('/etc/passwd')",
  '*',
  '* * * * *',
  '0 0 31 2 *',
  '@reboot',
];

export const nastyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS)).map((two) => two.join('')),
  },
);

const NUMBERS = [
  0,
  -0,
  -1,
  1,
  2,
  0.5,
  0.97,
  1.5,
  -1e-320,
  5e-324,
  1e-7,
  255,
  256,
  65_536,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 63),
  2 ** 64,
  1e16,
  3.4028235677973366e38,
  1e39,
  -1e39,
  1e300,
  1.797e308,
  Number.MAX_VALUE,
];

/** Finite numbers only: JSON has no others. */
export const nastyNumber: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.integer() },
);

const nested = (depth: number, list: boolean): Json => {
  let value: Json = 1;
  for (let level = 0; level < depth; level += 1) value = list ? [value] : { a: value };
  return value;
};

export const nastyName: fc.Arbitrary<string> = nastyText;

export const nastyValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: nastyText },
  { weight: 4, arbitrary: nastyNumber },
  { weight: 2, arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [null], [[]], { a: 1 }) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.tuple(fc.constantFrom(10, 40, 500), fc.boolean()).map(([depth, list]) => nested(depth, list)),
      fc
        .tuple(fc.constantFrom(3, 200, 3_000), nastyNumber)
        .map(([length, item]) => new Array<Json>(length).fill(item)),
      fc
        .constantFrom(50, 1_000)
        .map((n): Json => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, i]))),
      fc.dictionary(nastyText, nastyText, { maxKeys: 4 }),
    ),
  },
);
