import { z } from 'zod';
import { VersionView } from '../../contracts/registry.js';
import { MainspringError } from '../errors.js';
import { text } from '../../contracts/primitives/text.js';

import { findModel } from '../lookup/find-run.js';
import { defineOperation } from '../operation.js';

export const ModelView = z.strictObject({
  model: z.string(),
  /** The version that the input names; null if it names only the model. */
  version: VersionView.nullable(),
  versions: z.array(VersionView),
});
export type ModelView = z.infer<typeof ModelView>;

export const get = defineOperation({
  name: 'models.get',
  summary: 'A model with its versions, or one version with where it came from',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({
    model: text(200).describe('A model or a version: `<name>`, `<name>@<alias>` or `<name>@<version>`.'),
  }),
  output: ModelView,
  errors: {
    'not-found': 'No model has this name, or it has no such alias or version.',
  },
  http: { method: 'GET', path: '/v1/models/{model}' },
  run: async (services, input) => {
    const [name = '', tag] = input.model.split('@');
    const model = await findModel(services, name);
    const { registry } = await services.records();
    const versions = await registry.versions(model);
    if (tag === undefined) return { model, version: null, versions };
    const version = versions.find((view) => view.aliases.includes(tag) || String(view.version) === tag);
    if (version) return { model, version, versions };
    const tags = versions.flatMap((view) => [...view.aliases, String(view.version)]);
    throw new MainspringError(
      'not-found',
      `model "${model}" has no alias or version "${tag}"`,
      `There are: ${tags.join(', ') || 'no versions yet'}.`,
    );
  },
});
