import { EXIT_CODE } from '../errors.js';
import { defineCommand } from './command.js';

export const doctor = defineCommand({
  usage: 'doctor',
  summary: 'Check this machine, every server and the workers',
  options: (yargs) => yargs,
  run: async (_argv, { mainspring, paint }) => {
    const diagnosis = await mainspring().doctor();
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
