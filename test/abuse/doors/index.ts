import type { Door } from '../door.js';
import { api } from './api.js';
import { commandLine } from './command-line.js';
import { dataFiles } from './data-files.js';
import { inference, typedInference } from './inference.js';
import { labels } from './labels.js';
import { models } from './models.js';
import { spec } from './spec.js';
import { trainerOutputs } from './trainer-outputs.js';
import { workflows } from './workflows/workflows.js';

/** Every place where input of strangers comes in. A new door needs its file and a line here. */
export const doors = {
  spec,
  inference,
  'typed-inference': typedInference,
  labels,
  api,
  'command-line': commandLine,
  workflows,
  'data-files': dataFiles,
  'trainer-outputs': trainerOutputs,
  models,
} satisfies Record<string, Door>;
export type DoorName = keyof typeof doors;
