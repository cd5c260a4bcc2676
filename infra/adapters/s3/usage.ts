import type { Client } from 'minio';
import type { StoredKind, StoredUsage } from '../../../operations/ports/storage.js';

/** Most objects that are counted: about a minute of listing. */
const AT_MOST = 500_000;

/** Count the objects of a bucket by the first part of their keys. */
export async function usageOf(client: Client, bucket: string, signal: AbortSignal): Promise<StoredUsage> {
  const kinds = new Map<string, StoredKind>();
  let seen = 0;
  for await (const { name, size } of client.listObjectsV2(bucket, '', true) as AsyncIterable<{
    name?: string;
    size?: number;
  }>) {
    signal.throwIfAborted();
    if (name === undefined) continue;
    if ((seen += 1) > AT_MOST) return { kinds: [...kinds.values()], complete: false };
    const [kind = ''] = name.split('/');
    const before = kinds.get(kind) ?? { kind, objects: 0, bytes: 0 };
    kinds.set(kind, { kind, objects: before.objects + 1, bytes: before.bytes + (size ?? 0) });
  }
  return { kinds: [...kinds.values()], complete: true };
}
