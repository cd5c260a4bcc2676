import { resumeStudy } from '../../contracts/study.js';
import { actor } from '../caller.js';
import { defineOperation } from '../operation.js';
import { NoteInput, StudyNow, tellStudy } from './tell.js';

const step = {
  update: resumeStudy,
  remedy: (run: string) =>
    `There is nothing to resume: the search goes on, or ends. Follow it with \`mainspring watch ${run}\`.`,
};

export const resume = defineOperation({
  name: 'studies.resume',
  summary: 'Resume a paused search',
  who: ['data-scientist', 'ml-engineer'],
  effect: 'write',
  input: NoteInput,
  output: StudyNow,
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
    refused: 'The search is over or has not begun, or does not take this step now.',
  },
  http: { method: 'POST', path: '/v1/studies/{run}/resume' },
  run: (services, { run, by, reason }, caller) =>
    tellStudy(services, run, step, { by: actor(caller, by), reason }),
});
