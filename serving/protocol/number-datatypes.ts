interface NumberDatatype {
  holds: (value: number) => boolean;
  /** The values that it holds, in messages. */
  expected: string;
}

const integers = (bits: number, signed: boolean): NumberDatatype => {
  const [least, end] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1)] : [0, 2 ** bits];
  const most = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  return {
    holds: (value) => Number.isInteger(value) && value >= least && value < end,
    expected: `a whole number from ${signed ? -most - 1n : 0n} to ${most}`,
  };
};

/** The datatypes of the Open Inference Protocol that hold numbers, and BOOL. */
export const NUMBER_DATATYPES: ReadonlyMap<string, NumberDatatype> = new Map([
  ['BOOL', { holds: (value) => value === 0 || value === 1, expected: 'true, false, 1 or 0' }],
  ...[8, 16, 32, 64].map((bits): [string, NumberDatatype] => [`INT${bits}`, integers(bits, true)]),
  ...[8, 16, 32, 64].map((bits): [string, NumberDatatype] => [`UINT${bits}`, integers(bits, false)]),
  [
    'FP32',
    {
      holds: (value) => Number.isFinite(Math.fround(value)),
      expected: 'a 32-bit float, at most ±3.40e+38',
    },
  ],
  ['FP64', { holds: Number.isFinite, expected: 'a number of at most ±1.8e308' }],
]);
