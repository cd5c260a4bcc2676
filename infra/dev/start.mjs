// `npm start`: works in a clone without node_modules, so only Node's own modules may be imported here.
import { spawn } from 'node:child_process';
import { isBuilt, nodeArguments, root } from '../code.js';
import { ensurePackages } from './packages.js';
import { ensureTools, findPython } from './tools.js';

const begun = Date.now();
const [oldestMajor, oldestMinor] = [20, 19];
const say = (line) => process.stdout.write(`${line}\n`);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Error(
    `Mainspring needs Node >= ${oldestMajor}.${oldestMinor}, this is ${process.versions.node}: install a newer one from your package manager or nodejs.org`,
  );
}

async function prepare() {
  checkNode();
  const python = await findPython(process.env);
  const replaced = process.env.TEMPORAL_ADDRESS && process.env.MAINSPRING_S3_ENDPOINT;
  // Side by side: npm waits for the network while pip unpacks.
  const results = await Promise.allSettled([
    // Beside a built package npm has installed what it needs.
    isBuilt ? undefined : ensurePackages(root, say),
    replaced
      ? undefined
      : ensureTools(process.env, ({ version }) => say(`installing the server binaries (Python ${version})`)),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return python;
}

/** Hand over; signals of the terminal reach the supervisor itself, other signals are passed on. */
function run(python, argv) {
  const child = spawn(process.execPath, [...nodeArguments('infra/dev/main'), ...argv], {
    stdio: 'inherit',
    env: { MAINSPRING_PYTHON: python.command, ...process.env, MAINSPRING_START_MS: String(begun) },
  });
  process.on('SIGINT', () => {});
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

try {
  const argv = process.argv.slice(2);
  const python = await prepare();
  if (argv.includes('--setup-only')) say(`set up in ${Math.round((Date.now() - begun) / 100) / 10} s`);
  else run(python, argv);
} catch (error) {
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 69;
}
