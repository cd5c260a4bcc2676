import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ConfigError, DATA_DIR_NAME } from '../config.js';
import { runMainJob } from './main-job.js';
import { type Options, UnknownExample, UsageError, parseOptions, usage } from './options.js';
import { type Screen, openScreen } from './screen.js';
import { PortError } from './stack-ports.js';
import { type Stack, StackRunning, startStack } from './stack.js';

/**
 * Exit codes: 1 the job failed, 2 the example does not exist, 64 wrong flags or variables, 69 something that is needed is taken
 * or missing, 130 Ctrl-C.
 */
const exitCode = (error: unknown): number => {
  if (error instanceof UnknownExample) return 2;
  if (error instanceof UsageError || error instanceof ConfigError) return 64;
  return error instanceof PortError || error instanceof StackRunning ? 69 : 1;
};

const begun = Number(process.env['MAINSPRING_START_MS'] ?? Date.now() - performance.now());
const seconds = (ms: number): number => Math.round(ms / 100) / 10;

async function run(options: Options, screen: Screen): Promise<number> {
  const interrupted = new AbortController();
  let stack: Stack | undefined;
  let signals = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      signals += 1;
      if (signals === 1) {
        screen.print('Stopping: the pools drain first, then the servers. Runs go on at the next start.');
        interrupted.abort();
      } else if (signals === 2) screen.print('Once more ends this at once; the next start cleans up.');
      else process.exit(130);
    });

  try {
    stack = await startStack({
      env: process.env,
      ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
      autoPorts: options.ports === 'auto',
      say: (line) => screen.print(line),
      watch: (status, notice) => screen.watch(status, notice),
      signal: interrupted.signal,
    });
    const setupSeconds = seconds(Date.now() - begun);
    screen.print(announcement(stack, setupSeconds));

    if (options.job) {
      const jobBegun = Date.now();
      const job = runMainJob(options.example, {
        config: stack.config,
        options,
        print: (line) => screen.print(line),
        signal: interrupted.signal,
      });
      job.catch(() => undefined); // it still runs when the user interrupts
      const result = await Promise.race([job, aborted(interrupted.signal)]);
      if (result === undefined) return 130;
      const jobSeconds = seconds(Date.now() - jobBegun);
      if (options.once) {
        await stack.stop();
        screen.close();
        process.stdout.write(`${JSON.stringify({ ...result, setupSeconds, jobSeconds })}\n`);
        return 0;
      }
      screen.print(`The main job took ${jobSeconds} s. The stack stays up.`);
    }
    await aborted(interrupted.signal);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    throw error;
  } finally {
    await stack?.stop();
  }
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** What a terminal needs in which commands shall find a stack that lies elsewhere than in its folder. */
const elsewhere = (dataDir: string): string[] =>
  basename(dataDir) === DATA_DIR_NAME
    ? []
    : ['', `  For commands in another terminal: export MAINSPRING_DATA_DIR=${dataDir}`];

function announcement({ addresses, config }: Stack, setupSeconds: number): string {
  const width = Math.max(...addresses.map(({ title }) => title.length)) + 2;
  return [
    '',
    `Mainspring is up after ${setupSeconds} s.`,
    '',
    ...addresses.map(({ title, address }) => `  ${title.padEnd(width)}${address}`),
    `  ${'Logs'.padEnd(width)}${config.dataDir}/logs`,
    ...elsewhere(config.dataDir),
    '',
  ].join('\n');
}

// The terminal may close while the stack keeps running.
process.stdout.on('error', () => undefined);
const screen = openScreen(process.stdout);
try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${usage()}\n`);
  else process.exitCode = await run(options, screen);
} catch (error) {
  screen.close();
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCode(error);
} finally {
  screen.close();
}
