#!/usr/bin/env node
import { userInfo } from 'node:os';
import { runCli } from './run-cli.js';

// A reader that closes the pipe early (`mainspring list | head -1`) ends the output without an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`error the answer cannot be written to stdout: ${error.message}\n`);
  process.exit(1);
});

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
  user: process.env['MAINSPRING_USER'] ?? userInfo().username,
  signal: abort.signal,
});
// A request that is still under way would keep the process.
if (abort.signal.aborted) process.exit();
