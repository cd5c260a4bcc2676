import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivate } from './private-files.js';

const drawn = (): string => randomBytes(24).toString('base64url');

/** Keys of the local servers. A field that a file of an earlier version lacks is drawn. */
const Keys = z.object({
  postgresPassword: z.string().min(1).default(drawn),
  s3AccessKey: z
    .string()
    .min(1)
    .default(() => `mainspring-${randomBytes(6).toString('hex')}`),
  s3SecretKey: z.string().min(1).default(drawn),
});
export type Keys = z.infer<typeof Keys>;

/** The keys of an installation: drawn at its first start, and kept in `keys.json` of its data directory. */
export function openKeys(dataDir: string): Keys {
  const file = join(dataDir, 'keys.json');
  const keys = Keys.safeParse(existsSync(file) ? parsed(readFileSync(file, 'utf8')) : {});
  if (!keys.success)
    throw new Error(
      `${file} does not hold the keys of the local servers: restore it from a backup, or remove it to have new keys drawn. ` +
        'Without it, set the password of PostgreSQL by hand (docs/operating.md)',
    );
  writePrivate(file, `${JSON.stringify(keys.data, null, 2)}\n`);
  return keys.data;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
