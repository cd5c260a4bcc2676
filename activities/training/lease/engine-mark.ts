import { createHash } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const MARK_CHARS = 10;

/** RFC 4648 base32, lower case, without padding. */
function base32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET.charAt((held << (5 - bits)) & 31) : text;
}

/** The first `chars` characters of the SHA-256 of a text, in base32. */
export const shortDigest = (text: string, chars: number): string =>
  base32(createHash('sha256').update(text).digest()).slice(0, chars);

/** A short digest of an engine id, for names: an engine id is free text. */
export const engineMark = (engineId: string): string => shortDigest(engineId, MARK_CHARS);
