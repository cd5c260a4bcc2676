import { engineMark, shortDigest } from './lease/engine-mark.js';
import type { Lease } from './lease/lease.js';

const INTENT_CHARS = 20;

/**
 * Name of an attempt on every backend: a DNS label of at most 63 characters, computed from engine id, intent and
 * attempt alone. Without an engine id it is the name that earlier versions gave, which two installations could share.
 */
export const jobKeyOf = ({ engineId, intent }: Lease, attempt: number): string =>
  engineId === undefined
    ? `ms-${shortDigest(intent, INTENT_CHARS)}-a${attempt}`
    : `ms-${engineMark(engineId)}-${shortDigest(intent, INTENT_CHARS)}-a${attempt}`;
