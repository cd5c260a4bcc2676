import { pauseStudy } from '../../contracts/study.js';
import { actor } from '../caller.js';
import { defineOperation } from '../operation.js';
import { NoteInput, StudyNow, tellStudy } from './tell.js';

const step = {
  update: pauseStudy,
  remedy: (run: string) =>
    `If it is paused, \`mainspring study resume ${run} --reason …\` lets it go on. If it was stopped, wait for its end: \`mainspring watch ${run}\`.`,
};

export const pause = defineOperation({
  name: 'studies.pause',
  summary: 'Start no new trial of a search; running trials go on',
  who: ['data-scientist', 'ml-engineer'],
  effect: 'write',
  input: NoteInput,
  output: StudyNow,
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
    refused: 'The search is over or has not begun, or does not take this step now.',
  },
  http: { method: 'POST', path: '/v1/studies/{run}/pause' },
  run: (services, { run, by, reason }, caller) =>
    tellStudy(services, run, step, { by: actor(caller, by), reason }),
});
