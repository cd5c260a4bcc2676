import { lifecycleId, parseLifecycleId } from '../../../contracts/ids.js';
import type { Services } from '../../ports/services.js';
import { type Check, ok } from './check.js';

/** Most differences that are shown. */
const MOST = 20;

/** Highest version number of each model that Temporal knows a release or an approval of. */
async function highestInTemporal(services: Services): Promise<Map<string, number>> {
  const highest = new Map<string, number>();
  for await (const id of (await services.workflows()).releases()) {
    const [, model = '', version] = id.split('/');
    const number = Number(version);
    if (Number.isInteger(number)) highest.set(model, Math.max(highest.get(model) ?? 0, number));
  }
  return highest;
}

/** Versions, models and runs that one store has and another lacks, in words. */
async function differences(services: Services): Promise<string[]> {
  const [{ registry }, { artifacts }, workflows] = await Promise.all([
    services.records(),
    services.storage(),
    services.workflows(),
  ]);
  const found: string[] = [];
  const highest = await highestInTemporal(services);
  const models = new Set([...(await registry.models()), ...highest.keys()]);
  for (const model of models) {
    const versions = await registry.versions(model);
    const recorded = Math.max(0, ...versions.map(({ version }) => version));
    const released = highest.get(model) ?? 0;
    if (released > recorded)
      found.push(
        `${model}: Temporal knows version ${released}, PostgreSQL ${recorded === 0 ? 'none' : `${recorded} at most`}`,
      );
    for (const { version, aliases, artifact } of versions)
      if (aliases.length > 0 && !(await artifacts.find(artifact.sha256)))
        found.push(
          `${model}: the model of version ${version} (${aliases.join(', ')}) is not in the object store`,
        );
  }
  for await (const { id } of workflows.openLifecycles()) {
    const name = parseLifecycleId(id);
    if (name && !(await registry.run(name.model, name.run)))
      found.push(`${name.model}/${name.run}: runs in Temporal, and is not in PostgreSQL`);
  }
  for (const run of await registry.runs({ open: true, limit: 200 })) {
    const status = await workflows.status(lifecycleId(run.model, run.run));
    if (status === undefined)
      found.push(`${run.model}/${run.run}: is open in PostgreSQL, and Temporal does not know it`);
  }
  return found;
}

export const storeContents: Check = {
  what: 'contents of the stores',
  isDeep: true,
  look: async (services) => {
    const found = await differences(services);
    if (found.length === 0) return ok('versions, models that serve and open runs are in all of them');
    const more = found.length > MOST ? [`and ${found.length - MOST} more`] : [];
    return {
      verdict: 'fail',
      detail: [...found.slice(0, MOST), ...more].join('; '),
      remedy:
        'Restore all three stores from the same time (docs/operating.md, Back up and restore). A run that has just started is ' +
        'not recorded yet: ask again in a minute.',
    };
  },
};
