import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

const sourcesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));

it('every signal with a payload is handled by onSignal, which no payload can stop', () => {
  const signals = sourcesIn('contracts').flatMap((source) =>
    [...source.matchAll(/export const (\w+) =\s*defineSignal</g)].map((match) => match[1] ?? ''),
  );
  expect(signals.length).toBeGreaterThan(6);
  // The report of a retry is heard by an interceptor, which workflows know nothing of; it parses the payload itself.
  expect(sourcesIn('workers/interceptors').join('\n')).toContain('Retrying.safeParse(');
  signals.splice(signals.indexOf('retrying'), 1);
  const workflows = sourcesIn('workflows').join('\n');
  expect(signals.filter((name) => !new RegExp(`onSignal\\(\\s*${name},`).test(workflows))).toEqual([]);
  expect(
    signals.filter((name) => new RegExp(`setHandler\\(\\s*forTemporal\\(${name}\\)`).test(workflows)),
  ).toEqual([]);
});
