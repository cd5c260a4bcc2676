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

export const objectStore: Check = {
  what: 'object store',
  look: async (services) => {
    await services.storage();
    return ok(services.settings.objectStore);
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
