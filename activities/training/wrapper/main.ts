import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArtifactStore } from '../../../infra/adapters/s3/artifact-store.js';
import { type S3Options, openS3 } from '../../../infra/adapters/s3/client.js';
import { openObjectStore } from '../../../infra/adapters/s3/object-store.js';
import type { JobOrder, JobSite } from '../../ports/job-order.js';
import { ExitCode } from '../../../contracts/exit-code.js';
import { gangOf } from './gang.js';
import { layoutOf } from './layout.js';
import { openOwnLog } from './own-log.js';
import { type Attempt, runAttempt } from './run-attempt.js';
import { runRank } from './run-rank.js';

/**
 * The first and last process of every attempt, on every backend. Its one argument is the attempt's folder, with
 * `order.json`, `site.json` and `secrets.json`; the last is removed before the trainer starts.
 */
const directory = process.argv[2] ?? '.';
const load = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8'));
const rank = Number(process.env['MAINSPRING_RANK'] ?? 0);
/** Machines beside rank 0 may see the same disk. */
const own = rank === 0 ? directory : join(directory, `rank-${rank}`);
mkdirSync(own, { recursive: true });
const log = openOwnLog(own);
const { say } = log;

/** The first signal counts even when it comes before somebody listens. */
let terminated: NodeJS.Signals | undefined;
let onTermination: ((signal: NodeJS.Signals) => void) | undefined;
for (const signal of ['SIGTERM', 'SIGINT', 'SIGUSR1'] as const) {
  process.on(signal, () => {
    terminated ??= signal;
    onTermination?.(signal);
  });
}

async function main(): Promise<number> {
  const order = load('order.json') as JobOrder;
  const site = { ...(load('site.json') as JobSite), directory: own };
  const gang = gangOf(order, process.env);
  const secretsFile = process.env['MAINSPRING_SECRETS'] ?? join(directory, 'secrets.json');
  const s3 = JSON.parse(readFileSync(secretsFile, 'utf8')) as S3Options;
  const forgetSecrets = (): void => rmSync(secretsFile, { force: true });
  // The others of a gang read the same file: rank 0 removes it when they have.
  if (!gang) forgetSecrets();
  const client = openS3(s3);
  const stores = {
    objects: openObjectStore(client, s3.bucket),
    artifacts: openArtifactStore(client, s3.bucket, site.cache),
  };
  const job: Attempt = {
    order,
    site,
    stores,
    host: process.env,
    onTermination: (handler) => {
      onTermination = handler;
      if (terminated) handler(terminated);
    },
    log,
    gang,
    forgetSecrets,
  };
  if (gang && gang.rank > 0) return runRank(job, gang);
  const done = await runAttempt(job).finally(forgetSecrets);
  if (!done) {
    say('another copy owns this job');
    return ExitCode.fenced;
  }
  const { ended, usage } = done;
  // Inputs and model are in the object store now; after a failure they stay for whoever looks for the cause.
  if (ended.code === ExitCode.ok && ended.cause === 'trainer') {
    const { base, code } = layoutOf(site.directory);
    for (const folder of [base, code]) rmSync(folder, { recursive: true, force: true });
  }
  const record = join(directory, `exit.${process.pid}.json`);
  writeFileSync(`${record}.tmp`, JSON.stringify({ ended, usage, at: new Date().toISOString() }));
  renameSync(`${record}.tmp`, record);
  return ended.code;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(ExitCode.infrastructure);
  },
);
