import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unpinnedLines } from '../../../../operations/spec/lock-file.js';

const digest = 'a'.repeat(64);

describe('a line of a lock file', () => {
  it.each([
    '',
    '# a comment',
    'numpy==2.4.6',
    'numpy == 2.4.6  # why',
    'uvicorn[standard]==0.30.0',
    'torch===2.9.0+cpu',
    'typing-extensions==4.12.2 ; python_version < "3.11"',
    `numpy==2.4.6 --hash=sha256:${digest}`,
    `numpy==2.4.6 \\\n    --hash=sha256:${digest} \\\n    --hash=sha256:${digest}`,
    `mine @ https://example.org/mine-1.0-py3-none-any.whl#sha256=${digest}`,
    `mine @ git+https://example.org/mine.git@${'b'.repeat(40)}`,
    '--index-url https://example.org/simple',
    '--extra-index-url https://example.org/simple',
  ])('is pinned: %s', (line) => expect(unpinnedLines(`${line}\n`)).toEqual([]));

  it.each([
    'numpy',
    'numpy>=2',
    'numpy~=2.4',
    'numpy==2.*',
    'numpy==2.4.6,<3',
    'numpy!=2.4.6',
    'numpy<3; python_version < "3.11"',
    'mine @ https://example.org/mine-1.0-py3-none-any.whl',
    'mine @ git+https://example.org/mine.git@main',
    'git+https://example.org/mine.git',
    '-r other.txt',
    '-c constraints.txt',
    '-e .',
    './local',
    '[package]',
    'numpy==',
  ])('is not pinned: %s', (line) =>
    expect(unpinnedLines(`# first\n${line}\n`)).toEqual([{ line: 2, requirement: line }]),
  );
});

it('every lock file of the examples is pinned', () => {
  const examples = join(import.meta.dirname, '../../../../examples');
  const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('requirements.lock'),
  );
  expect(files.length).toBeGreaterThan(3);
  for (const name of files) expect(unpinnedLines(readFileSync(join(examples, name), 'utf8'))).toEqual([]);
});
