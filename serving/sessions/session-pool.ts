import { canonicalJson } from '../../contracts/digest.js';
import type { ServedVersion } from '../../contracts/release.js';
import type { Log } from '../ports.js';
import type { Session } from './session.js';

/** Loaded versions by the digest of their content, so that a promoted or rolled-back version is loaded only once. */
export interface SessionPool {
  /** The session of a version. It is loaded if necessary. */
  get(model: string, served: ServedVersion): Promise<Session>;
  /** Release all sessions of the model except these. */
  keepOnly(model: string, kept: readonly Session[]): void;
  /** Release all sessions. No request may be running. */
  close(): Promise<void>;
}

export function sessionPool(open: (served: ServedVersion) => Promise<Session>, log: Log): SessionPool {
  const sessions = new Map<string, Session>();
  const keyOf = (model: string, served: ServedVersion) => `${model} ${canonicalJson(served)}`;

  return {
    get: async (model, served) => {
      const key = keyOf(model, served);
      const session = sessions.get(key) ?? (await open(served));
      sessions.set(key, session);
      return session;
    },
    keepOnly: (model, kept) => {
      for (const [key, session] of sessions) {
        if (!key.startsWith(`${model} `) || kept.includes(session)) continue;
        sessions.delete(key);
        session
          .release()
          .catch((error: unknown) => log.warn({ model, error: String(error) }, 'session not released'));
      }
    },
    close: async () => {
      await Promise.all([...sessions.values()].map((session) => session.release()));
      sessions.clear();
    },
  };
}
