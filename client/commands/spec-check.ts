import { EXIT_CODE } from '../../operations/errors.js';
import { checkSpec } from '../spec/check.js';
import { showProblem } from '../spec/problem.js';
import { defineCommand } from './command.js';

export const specCheck = defineCommand({
  usage: 'check <model-file>',
  summary: 'Check a model file and the files that it names; needs no server',
  options: (yargs) =>
    yargs.positional('model-file', {
      type: 'string',
      demandOption: true,
      describe: 'model.yaml, or a module',
    }),
  run: async ({ modelFile }, { paint }) => {
    const { file, spec, problems } = await checkSpec(modelFile);
    if (spec)
      return {
        json: { file, valid: true, problems },
        text: `${paint.good('✓')} ${file} is valid: model ${spec.model}.`,
      };
    return {
      json: { file, valid: false, problems },
      text: problems.map((problem) => showProblem(file, problem)).join('\n'),
      exitCode: EXIT_CODE.refused,
    };
  },
});
