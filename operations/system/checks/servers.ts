import { unreachable } from '../../unreachable.js';
import { type Check, type Finding, ok } from './check.js';

export const temporal: Check = {
  what: 'Temporal',
  look: async (services) => {
    await services.workflows();
    return ok(services.settings.temporal);
  },
};

export const postgres: Check = {
  what: 'PostgreSQL',
  look: async (services) => {
    await services.records();
    return ok('answers, tables are there');
  },
};

/** Digest of no object. */
const NOTHING = '0'.repeat(64);

export const objectStore: Check = {
  what: 'object store',
  look: async (services) => {
    const { artifacts } = await services.storage();
    const { objectStore: address } = services.settings;
    try {
      // The API opened it long ago, and it may have gone away since.
      await artifacts.find(NOTHING);
    } catch (error) {
      throw unreachable('The object store (S3)', address, 'MAINSPRING_S3_ENDPOINT', error);
    }
    return ok(address);
  },
};

/** Checks the health of a process over HTTP. */
async function answers(url: string, path: string): Promise<Finding> {
  try {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(3_000) });
    if (response.ok) return ok(url);
    return {
      verdict: 'warn',
      detail: `${url} answers HTTP ${response.status}`,
      remedy: 'Look into its log.',
    };
  } catch {
    return { verdict: 'warn', detail: `${url} does not answer`, remedy: 'Start it with `mainspring up`.' };
  }
}

export const gateway: Check = {
  what: 'gateway',
  look: ({ settings }) => answers(settings.gatewayUrl, '/v2/health/live'),
};

export const api: Check = { what: 'API', look: ({ settings }) => answers(settings.apiUrl, '/health') };
