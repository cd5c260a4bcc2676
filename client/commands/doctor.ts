import { EXIT_CODE } from '../../operations/errors.js';
import { defineCommand } from './command.js';
import { stackFolder } from './stack-folder.js';

export const doctor = defineCommand({
  usage: 'doctor',
  summary: 'Check this machine, every server and the workers',
  options: (yargs) =>
    yargs
      .option('data-dir', {
        type: 'string',
        requiresArg: true,
        describe: 'Of the local stack to check; default: .mainspring here or above',
      })
      .option('deep', {
        type: 'boolean',
        default: false,
        describe: 'Also compare what the three stores hold',
      }),
  run: async ({ dataDir, deep }, { mainspring, paint }) => {
    const stack = dataDir === undefined ? {} : { dataDir: stackFolder(dataDir) };
    const diagnosis = await mainspring(stack).system.doctor({ deep });
    const mark = { ok: paint.good('✓'), warn: paint.warn('!'), fail: paint.bad('✗') };
    const width = Math.max(...diagnosis.findings.map(({ what }) => what.length));
    const lines = diagnosis.findings.flatMap(({ what, verdict, detail, remedy }) => [
      `${mark[verdict]} ${what.padEnd(width)}  ${detail}`,
      ...(remedy ? [paint.faint(`${' '.repeat(width + 4)}${remedy}`)] : []),
    ]);
    return {
      json: diagnosis,
      text: lines.join('\n'),
      exitCode: diagnosis.healthy ? 0 : EXIT_CODE.failed,
    };
  },
});
