#!/usr/bin/env node
import { userInfo } from 'node:os';
import { fileFault } from './disk/file-failure.js';
import { runCli } from './run-cli.js';

// A reader that closes the pipe early (`mainspring list | head -1`) ends the output without an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(
    `error the answer cannot be written to stdout: ${fileFault(error)?.reason ?? error.message}\n`,
  );
  process.exit(1);
});

// Nobody reads what cannot be written to stderr; the exit code says it too.
process.stderr.on('error', () => undefined);

/** Name of the user of this machine; empty for a user without an entry, as in some containers. */
function userHere(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

const abort = new AbortController();
process.once('SIGINT', () => {
  abort.abort();
  // The second Ctrl-C ends the process at once.
  process.once('SIGINT', () => process.exit(130));
});

process.exitCode = await runCli({
  args: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  user: process.env['MAINSPRING_USER'] ?? userHere(),
  signal: abort.signal,
});
// A request that is still under way would keep the process.
if (abort.signal.aborted) process.exit();
