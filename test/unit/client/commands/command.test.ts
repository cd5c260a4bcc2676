import { expect, it } from 'vitest';
import { typed } from './typed.js';

it.each([
  ['list --model a --model b', '--model is given 2 times: "a", "b"'],
  ['report r --out a --out b', '--out is given 2 times: "a", "b"'],
  ['predict m --file a --file b --file c', '--file is given 3 times: "a", "b", "c"'],
  ['budget price local --gpu-type a --gpu-type b', '--gpu-type is given 2 times: "a", "b"'],
  ['down --data-dir /nowhere/a --data-dir /nowhere/b', '--data-dir is given 2 times'],
  ['up --ports auto --ports stable', '--ports is given 2 times: "auto", "stable"'],
  ['study pause r --reason a --reason b', '--reason is given 2 times'],
  ['list --address http://127.0.0.1:1 --address http://127.0.0.1:2', '--address is given 2 times'],
])('%s is refused: an option that means one thing is given once', async (line, message) => {
  const { exitCode, stdout, stderr } = await typed(line.split(' '));
  expect(stderr).toContain(message);
  expect([exitCode, stdout]).toEqual([2, '']);
});

it.each(['report r --out', 'predict m --file', 'predict m --data', 'down --data-dir'])(
  '%s is refused: the option needs a value',
  async (line) => {
    const { exitCode, stderr } = await typed(line.split(' '));
    expect(stderr).toContain('needs a value');
    expect(exitCode).toBe(2);
  },
);

it('an empty address is refused, and no other server is asked instead', async () => {
  const { exitCode, stderr } = await typed(['list', '--address=']);
  expect(stderr).toContain('address is "", allowed: an address like http://127.0.0.1:8090');
  expect(exitCode).toBe(2);
});
