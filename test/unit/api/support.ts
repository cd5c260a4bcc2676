import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import type { Limits } from '../../../api/limits.js';
import { buildServer } from '../../../api/server.js';
import type { Services } from '../../../operations/ports/services.js';

const away = (): never => {
  throw new Error('this test reaches no server');
};

/** The API over fake services. A test fakes only the services that it reaches. */
export async function anApi(
  services: Partial<Services> = {},
  limits: Partial<Limits> = {},
  scratch = '/nonexistent',
): Promise<{ api: FastifyInstance; warnings: string[] }> {
  const warnings: string[] = [];
  const api = await buildServer({
    services: {
      settings: {
        python: 'python3',
        dataDir: '/nonexistent',
        jobsDir: '/nonexistent',
        gatewayUrl: 'http://127.0.0.1:1',
        apiUrl: 'http://127.0.0.1:1',
        temporal: '',
        objectStore: '',
        reaper: { apartMs: 1, keepSucceededMs: 1, keepOthersMs: 1 },
      },
      workflows: away,
      records: away,
      storage: away,
      close: async () => undefined,
      ...services,
    },
    host: '127.0.0.1',
    scratch,
    limits,
    warn: (message, fields) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  });
  onTestFinished(() => api.close());
  return { api, warnings };
}

export const json = { 'content-type': 'application/json' };
