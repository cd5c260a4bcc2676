import { z } from 'zod';
import { VersionView } from '../../contracts/registry.js';
import { defineOperation } from '../operation.js';

export const ModelSummary = z.strictObject({
  model: z.string(),
  /** Number of versions. */
  versions: z.int(),
  champion: VersionView.nullable(),
});
export type ModelSummary = z.infer<typeof ModelSummary>;

export const list = defineOperation({
  name: 'models.list',
  summary: 'Models and their champions',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({}),
  output: z.array(ModelSummary),
  http: { method: 'GET', path: '/v1/models' },
  run: async (services) => {
    const { registry } = await services.records();
    const names = await registry.models();
    return Promise.all(
      names.map(async (model) => {
        const versions = await registry.versions(model);
        const champion = versions.find(({ aliases }) => aliases.includes('champion')) ?? null;
        return { model, versions: versions.length, champion };
      }),
    );
  },
});
