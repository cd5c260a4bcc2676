import { stopStudy } from '../../contracts/study.js';
import { actor } from '../caller.js';
import { defineOperation } from '../operation.js';
import { NoteInput, StudyNow, tellStudy } from './tell.js';

const step = {
  update: stopStudy,
  remedy: (run: string) =>
    `There is nothing more to do: the search is ending. Follow it with \`mainspring watch ${run}\`.`,
};

export const stop = defineOperation({
  name: 'studies.stop',
  summary: 'Stop the running trials of a search; the best trial so far wins',
  who: ['data-scientist', 'ml-engineer'],
  effect: 'write',
  input: NoteInput,
  output: StudyNow,
  errors: {
    'not-found': 'No run has this name.',
    usage: 'Several models have a run of this name.',
    refused: 'The search is over or has not begun, or does not take this step now.',
  },
  http: { method: 'POST', path: '/v1/studies/{run}/stop' },
  run: (services, { run, by, reason }, caller) =>
    tellStudy(services, run, step, { by: actor(caller, by), reason }),
});
