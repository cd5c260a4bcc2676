import type { VersionView } from '../../contracts/registry.js';
import { MainspringError } from '../errors.js';
import type { Services } from '../services/services.js';
import { findModel } from './find-run.js';

export interface ModelSummary {
  model: string;
  versions: number;
  champion: VersionView | null;
}

export async function models(services: Services): Promise<ModelSummary[]> {
  const { registry } = await services.database();
  const names = await registry.models();
  return Promise.all(
    names.map(async (model) => {
      const versions = await registry.versions(model);
      const champion = versions.find(({ aliases }) => aliases.includes('champion')) ?? null;
      return { model, versions: versions.length, champion };
    }),
  );
}

export interface ModelView {
  model: string;
  /** The version that was asked for; null when only the model was named. */
  version: VersionView | null;
  versions: VersionView[];
}

/**
 * A model and its versions.
 *
 * @param text `<name>`, `<name>@<alias>` or `<name>@<version>`
 * @throws MainspringError `not-found` naming what there is
 */
export async function model(services: Services, text: string): Promise<ModelView> {
  const [name = '', tag] = text.split('@');
  const known = await findModel(services, name);
  const { registry } = await services.database();
  const versions = await registry.versions(known);
  if (tag === undefined) return { model: known, version: null, versions };
  const version = versions.find((view) => view.aliases.includes(tag) || String(view.version) === tag);
  if (version) return { model: known, version, versions };
  const tags = versions.flatMap((view) => [...view.aliases, String(view.version)]);
  throw new MainspringError(
    'not-found',
    `model "${known}" has no alias or version "${tag}"`,
    `There are: ${tags.join(', ') || 'no versions yet'}.`,
  );
}
