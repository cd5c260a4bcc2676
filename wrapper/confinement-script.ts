import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { JobSite } from '../activities/ports/job-order.js';
import { ExitCode } from '../contracts/exit-code.js';
import type { Layout } from './layout.js';

/** Folders in which every user may write. The trainer gets its own instead, below its folder. */
const SCRATCH = ['/tmp', '/var/tmp'];

const isBelow = (path: string, folder: string): boolean =>
  path === folder || !relative(folder, path).startsWith('..');

/** The topmost folder on the way to a path that other users may not enter. */
async function closedAbove(path: string): Promise<string | undefined> {
  const above: string[] = [];
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) above.unshift(at);
  for (const folder of above) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return folder;
  }
  return undefined;
}

/**
 * Folders to hide from the trainer: the engine's own, and those that it could not enter although what it needs lies
 * below them.
 */
export async function topmostHidden(site: JobSite, readable: readonly string[]): Promise<string[]> {
  const closed = await Promise.all([site.directory, ...readable].map(closedAbove));
  const all = [
    ...(site.hide ?? []).filter((path) => existsSync(path)),
    ...closed.filter((one) => one !== undefined),
  ];
  const outside = all.filter((one) => !SCRATCH.some((scratch) => isBelow(one, scratch)));
  return [
    ...new Set(outside.filter((one) => !outside.some((other) => other !== one && isBelow(one, other)))),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * A shell script that runs in a mount namespace of its own: it hides folders, puts what the trainer needs in its place
 * again, and ends as `last` with its own arguments. Folders are kept by open handles while they are hidden.
 */
export function setupScript(how: {
  site: JobSite;
  layout: Layout;
  readable: readonly string[];
  hidden: readonly string[];
  last: readonly string[];
}): string {
  const { site, layout, readable, hidden, last } = how;
  const isHidden = (path: string) => [...hidden, ...SCRATCH].some((folder) => isBelow(path, folder));
  const kept = [{ path: site.directory, isWritable: true }].concat(
    readable.filter(isHidden).map((path) => ({ path, isWritable: false })),
  );
  const mount = 'mount --no-canonicalize';
  const handle = (index: number) => `/proc/self/fd/${index + 3}`;
  return [
    `fail() { echo '[mainspring] the trainer cannot be confined' >&2; exit ${ExitCode.infrastructure}; }`,
    ...kept.map(({ path }, index) => `exec ${index + 3}<${quoted(path)} || fail`),
    ...SCRATCH.map((folder) => `[ ! -d ${folder} ] || ${mount} --bind ${handle(0)}/tmp ${folder} || fail`),
    ...hidden.map((folder) => `mount -t tmpfs -o mode=755,size=4m tmpfs ${quoted(folder)} || fail`),
    ...kept.flatMap(({ path, isWritable }, index) => [
      `mkdir -p ${quoted(path)} && ${mount} --bind ${handle(index)} ${quoted(path)} || fail`,
      ...(isWritable ? [] : [`mount -o remount,bind,ro ${quoted(path)} || fail`]),
    ]),
    // Memory that programs share by name ends with the trainer.
    '[ ! -d /dev/shm ] || mount -t tmpfs -o mode=1777 tmpfs /dev/shm || fail',
    // Not every machine allows it; the permissions of files bind in any case.
    'mount -o remount,bind,ro / 2>/dev/null || :',
    `cd ${quoted(layout.code)} || fail`,
    `exec ${kept.map((_, index) => `${index + 3}<&-`).join(' ')}`,
    `exec ${last.map(quoted).join(' ')} "$@"`,
  ].join('\n');
}

/** Folder that is /tmp for a confined trainer. */
export const scratchOf = (site: Pick<JobSite, 'directory'>): string => join(site.directory, 'tmp');
export const homeOf = (site: Pick<JobSite, 'directory'>): string => join(site.directory, 'home');
