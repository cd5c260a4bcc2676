// Plain JavaScript: it runs before any package is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.js';

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** npm's own record of what it installed, against the lock file; optional packages of other platforms may lack. */
function installedMatches(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  const wanted = readJson(join(root, 'package-lock.json')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional, peer, devOptional }]) =>
      path === '' ||
      installed[path]?.version === version ||
      (installed[path] === undefined && (optional || peer || devOptional)),
  );
}

/**
 * `npm ci` when the packages are not those of the lock file. The digest of the lock file that was installed last is kept, so
 * that the usual start compares one number.
 */
export async function ensurePackages(root, say) {
  const stateDir = join(root, '.mainspring');
  mkdirSync(stateDir, { recursive: true });
  const stamp = join(stateDir, 'packages.sha256');
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const current = () =>
    existsSync(join(root, 'node_modules', '.package-lock.json')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === digest;
  if (current()) return;
  await withLock(join(stateDir, 'packages.lock'), async () => {
    if (current()) return;
    if (!installedMatches(root)) {
      say('installing packages (npm ci)');
      await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], root);
    }
    writeFileSync(stamp, digest);
  });
}

const npm = (args, cwd) =>
  new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(
              `npm ${args[0]} failed (exit code ${code}): see above, mend the cause, then run npm start again`,
            ),
          ),
    );
  });
