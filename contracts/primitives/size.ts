import { z } from 'zod';

const BYTES = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;
type Unit = keyof typeof BYTES;

const FORM = /^(\d{1,15}(?:\.\d{1,9})?)(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/;

/** Number of bytes of a size; undefined for another text. */
export function readSize(text: string): number | undefined {
  const [, amount, unit] = FORM.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * BYTES[unit as Unit]);
}

/** Number of bytes of a size. @throws RangeError when the text is none */
export function bytesOf(size: string): number {
  const bytes = readSize(size);
  if (bytes === undefined) throw new RangeError(`"${size}" is not a size such as 512MiB or 2GiB`);
  return bytes;
}

/** A number of bytes from `least` to `most`, both written as sizes. */
export function size(least: string, most: string) {
  const rule = `a number with a unit of ${Object.keys(BYTES).join(', ')}, such as 2GiB, from ${least} to ${most}`;
  const [from, to] = [bytesOf(least), bytesOf(most)];
  return z
    .string(rule)
    .regex(FORM, rule)
    .refine((text) => !FORM.test(text) || (bytesOf(text) >= from && bytesOf(text) <= to), rule);
}
