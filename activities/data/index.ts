import { makeBuildFeatures } from './build-features.js';
import { makeCleanRows } from './clean-rows.js';
import type { DataDeps } from './deps.js';
import { makeExtractSources } from './extract-sources.js';
import { makeSplitRows } from './split-rows.js';
import { makeValidateFeatures } from './validate-features.js';
import { makeValidateRaw } from './validate-raw.js';

export type { DataDeps } from './deps.js';

export const createDataActivities = (deps: DataDeps) => ({
  extractSources: makeExtractSources(deps),
  validateRaw: makeValidateRaw(deps),
  cleanRows: makeCleanRows(deps),
  buildFeatures: makeBuildFeatures(deps),
  validateFeatures: makeValidateFeatures(deps),
  splitRows: makeSplitRows(deps),
});
export type DataActivities = ReturnType<typeof createDataActivities>;
