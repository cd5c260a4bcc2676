import { chownSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';

/** The user that runs PostgreSQL, which refuses to run as root. */
export interface AsUser {
  user?: { uid: number; gid: number };
  /** Words to put before the command. */
  prefix: string[];
  own(path: string): void;
}

const asMyself: AsUser = { prefix: [], own: () => undefined };

/**
 * For root: use the system's account `postgres` or `nobody`; no account is created. Such a user cannot pass a
 * directory like /root (mode 0700). There, `setpriv` gives it the single right to pass directories, so that nothing
 * has to be moved or opened.
 */
export async function unprivileged(paths: string[], env: NodeJS.ProcessEnv): Promise<AsUser> {
  if (process.getuid?.() !== 0) return asMyself;
  const user = account('postgres') ?? account('nobody');
  if (!user)
    throw new Error(
      'PostgreSQL does not run as root, and this system has neither a user postgres nor nobody: ' +
        'run npm start as another user, or set MAINSPRING_POSTGRES_URL to a server of yours',
    );
  const own = (path: string): void => chownSync(path, user.uid, user.gid);
  const closed = paths.map((path) => closedParent(path, user)).find((path) => path !== undefined);
  if (closed === undefined) return { user, prefix: [], own };

  const prefix = [
    'setpriv',
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup', // or access(2), by which PostgreSQL checks its programs, forgets the right
  ];
  try {
    await execa(prefix[0] as string, [...prefix.slice(1), 'true'], { env, extendEnv: false });
  } catch (error) {
    throw new Error(
      `PostgreSQL runs as user ${user.name}, who may not enter ${closed}: ` +
        `put the data elsewhere (MAINSPRING_DATA_DIR=/var/tmp/mainspring), run npm start as another user, or chmod o+x ${closed}`,
      { cause: error },
    );
  }
  return { prefix, own };
}

interface Account {
  name: string;
  uid: number;
  gid: number;
}

function account(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined;
}

/** The first directory on the way to `path` that `user` may not pass. */
function closedParent(path: string, user: Account): string | undefined {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return at;
    if (at === dirname(at)) return undefined;
  }
}
