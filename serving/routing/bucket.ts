const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Position of an entity between 0 and 1, constant for one salt. It is FNV-1a followed by the finalizer of
 * MurmurHash3, because FNV alone gives similar high bits to short, similar ids.
 */
export function bucket(salt: string, entity: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < salt.length; i++) hash = Math.imul(hash ^ salt.charCodeAt(i), FNV_PRIME);
  hash = Math.imul(hash ^ 0x1f, FNV_PRIME);
  for (let i = 0; i < entity.length; i++) hash = Math.imul(hash ^ entity.charCodeAt(i), FNV_PRIME);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}

/** True if the candidate answers this entity. An entity keeps its version, and a higher share only adds entities. */
export const isCandidates = (salt: string, entity: string, share: number): boolean =>
  share > 0 && bucket(salt, entity) < share;
