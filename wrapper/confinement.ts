import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { JobSite } from '../activities/ports/job-order.js';
import { setupScript, topmostHidden } from './confinement-script.js';
import type { Layout } from './layout.js';

const run = promisify(execFile);
const PROBE_MS = 10_000;

/** What keeps a trainer from the engine that started it, on a machine that they share. */
export interface Confinement {
  /** For people. */
  what: string;
  /** The user that the trainer runs as; undefined if it is the wrapper's own. */
  uid: number | undefined;
  /** True if /tmp is the trainer's own. */
  hasOwnTmp: boolean;
  /** The command and the environment of a process that becomes `command` with exactly the environment `env`. */
  wrap: (command: readonly string[], env: Environment) => { command: string[]; env: Environment };
}
type Environment = Readonly<Record<string, string>>;

const FREE: Confinement = {
  what: 'this machine does not allow to confine the trainer: it can read what the user of the engine can read',
  uid: undefined,
  hasOwnTmp: false,
  wrap: (command, env) => ({ command: [...command], env }),
};

/** Ranges of user ids that nobody has: a wide one, and that of systemd, for containers that map few ids. */
const RANGES = [
  { first: 1_900_000_000, size: 2 ** 24 },
  { first: 61_184, size: 4_336 },
];

/** A user of its own for each attempt, so that trainers cannot read one another either. */
export const trainerIds = (jobKey: string): number[] => {
  const drawn = createHash('sha256').update(jobKey).digest().readUIntBE(0, 6);
  return RANGES.map(({ first, size }) => first + (drawn % size));
};

/** Programs of the confinement are found here. They get no other variable: they are no processes of the job. */
const PATH = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
/** Starts the trainer with exactly its environment. */
const withEnvironment = (command: readonly string[], env: Environment): string[] => [
  ...['env', '-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
  ...command,
];

/** Its first process does nothing but wait: when it ends, the kernel ends everything that is left. */
const INIT = ['sh', '-c', '"$@" & wait $!', 'init'];
const drop = (uid: number): string[] => [
  ...['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs'],
  ...['--inh-caps=-all', '--bounding-set=-all'],
];
const UNSHARE = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Folder of the interpreter of a virtual environment, which may lie in a folder that is hidden. */
async function interpreterOf(environment: string): Promise<string[]> {
  const text = await readFile(join(environment, 'pyvenv.cfg'), 'utf8').catch(() => '');
  const [, home] = /^home\s*=\s*(.+)$/m.exec(text) ?? [];
  return home === undefined ? [] : [dirname(home.trim())];
}

const PROBE = '[ -r "$1/input/config/params.json" ] && [ -w "$1/output" ] && cd "$2" && [ -x "$3" ]';

/** True if a confined program finds what a trainer needs. */
async function works({ wrap }: Confinement, site: JobSite, layout: Layout): Promise<boolean> {
  const needs = [layout.base, layout.code, join(site.environment, 'bin/python')];
  const { command, env } = wrap(['sh', '-c', PROBE, 'probe', ...needs], PATH);
  const [program = '', ...args] = command;
  return run(program, args, { timeout: PROBE_MS, env }).then(
    () => true,
    () => false,
  );
}

const NAMESPACES = 'in namespaces of its own, without the data directory and other processes';

/** Starts what `last` and the trainer's command become in namespaces of their own. */
const inNamespaces =
  (flags: readonly string[], script: string): Confinement['wrap'] =>
  (command, env) => ({
    command: [...UNSHARE, ...flags, 'sh', '-c', script, 'confine', ...withEnvironment(command, env)],
    env: PATH,
  });

/**
 * The strongest confinement that this machine allows. As root: a user of its own for the attempt, in namespaces of its
 * own. As another user: namespaces, where the kernel lets users make them.
 *
 * @param own the user id of this process
 * @param give gives the attempt's folder to a user
 */
export async function confinementOf(
  jobKey: string,
  site: JobSite,
  layout: Layout,
  own: number,
  give: (uid: number) => Promise<void>,
): Promise<Confinement> {
  if (site.hide === undefined) return FREE;
  const needs = [site.environment, site.sdk, ...(await interpreterOf(site.environment))];
  const readable = needs.filter((path) => existsSync(path));
  const hidden = await topmostHidden(site, readable);
  const script = (last: string[]) => setupScript({ site, layout, readable, hidden, last });
  const asUser = (uid: number): Confinement => ({
    what: `the trainer runs as user ${uid}`,
    uid,
    hasOwnTmp: false,
    wrap: (command, env) => ({ command: [...drop(uid), ...withEnvironment(command, env)], env: PATH }),
  });
  const ids = own === 0 ? trainerIds(jobKey) : [];
  const candidates: Confinement[] = [
    ...ids.map((uid) => ({
      ...asUser(uid),
      what: `the trainer runs as user ${uid}, ${NAMESPACES}`,
      hasOwnTmp: true,
      wrap: inNamespaces([], script([...drop(uid), ...INIT])),
    })),
    ...ids.map(asUser),
  ];
  if (own !== 0)
    candidates.push({
      what: `the trainer runs as the user of the engine, ${NAMESPACES}`,
      uid: undefined,
      hasOwnTmp: true,
      wrap: inNamespaces(
        ['--user', '--map-root-user'],
        script(['unshare', '--user', `--map-user=${own}`, `--map-group=${own}`, ...INIT]),
      ),
    });
  for (const candidate of candidates) {
    if (candidate.uid !== undefined) await give(candidate.uid);
    if (await works(candidate, site, layout)) return candidate;
  }
  return FREE;
}
