import { type Check, ok } from './check.js';

export const searchAttributes: Check = {
  what: 'search attributes',
  look: async (services) => {
    const workflows = await services.workflows();
    const { names, registered, remedy } = await workflows.missingSearchAttributes();
    if (names.length === 0) return ok(`${registered} registered`);
    return { verdict: 'fail', detail: `missing: ${names.join(', ')}`, remedy };
  },
};
