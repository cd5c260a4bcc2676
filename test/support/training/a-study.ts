import { randomUUID } from 'node:crypto';
import { Training } from '../../../contracts/spec/training.js';
import type { StudyRun } from '../../../contracts/study.js';
import { aTable, anArtifact, sha } from '../fixtures.js';

/** A study of six trials with the parameter `rate`, two at a time, unless `search` says otherwise. */
export const aStudy = (search: object, more: Partial<StudyRun> = {}): StudyRun => ({
  model: 'tiny',
  run: `r-${randomUUID().slice(0, 8)}`,
  specDigest: sha('spec'),
  code: anArtifact('code'),
  environment: anArtifact('environment'),
  training: Training.parse({
    code: 'trainer',
    command: ['python', 'train.py'],
    environment: 'requirements.lock',
    search: {
      trials: 6,
      parallel: 2,
      objective: { metric: 'log_loss', goal: 'minimize' },
      space: { rate: { float: [0.1, 0.9] } },
      ...search,
    },
  }),
  columns: { features: ['x'], label: 'label' },
  search: aTable('search'),
  validation: aTable('validation'),
  ...more,
});
