import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Check, type Finding, ok } from './check.js';

const run = promisify(execFile);
const works = (program: string, args: string[]): Promise<boolean> =>
  run(program, args, { timeout: 5_000 }).then(
    () => true,
    () => false,
  );

const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

export function confinementOf(isRoot: boolean, hasNamespaces: boolean, hasUsers: boolean): Finding {
  if (hasNamespaces)
    return ok(
      isRoot
        ? 'trainers on local run as users of their own, in namespaces of their own'
        : 'trainers on local run in namespaces of their own',
    );
  if (isRoot && hasUsers) return ok('trainers on local run as users of their own, without namespaces');
  return {
    verdict: 'warn',
    detail: 'this machine does not allow to confine trainers on local: they can read what this user can read',
    remedy:
      'Run the workers where user namespaces are allowed (unshare and setpriv of util-linux), or run trainers that you do not ' +
      'trust on a cluster (docs/limits.md).',
  };
}

export const confinement: Check = {
  what: 'confinement of trainers',
  look: async () => {
    const isRoot = process.getuid?.() === 0;
    const user = isRoot ? [] : ['--user', '--map-root-user'];
    const [hasNamespaces, hasUsers] = await Promise.all([
      works('unshare', [...NAMESPACES, ...user, 'true']),
      works('setpriv', ['--reuid=61184', '--regid=61184', '--clear-groups', 'true']),
    ]);
    return confinementOf(isRoot, hasNamespaces, hasUsers);
  },
};
