import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openArtifactStore } from '../infra/adapters/s3/artifact-store.js';
import { type S3Options, openS3 } from '../infra/adapters/s3/client.js';
import { openObjectStore } from '../infra/adapters/s3/object-store.js';
import type { JobOrder, JobSite } from '../activities/ports/job-order.js';
import { checkpointKey } from '../activities/training/lease/checkpoint-key.js';
import { ExitCode } from '../contracts/exit-code.js';
import { gangOf } from './gang.js';
import { forgetFolder } from './disk-limit.js';
import { layoutOf } from './layout.js';
import { openOwnLog } from './own-log.js';
import { type Attempt, runAttempt } from './run-attempt.js';
import { runRank } from './run-rank.js';

/**
 * The first and the last process of every attempt, on every backend. Its one argument is the attempt's folder with
 * `order.json`, `site.json` and `secrets.json`. The secrets are removed before the trainer starts.
 */
const directory = process.argv[2] ?? '.';
const load = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8'));
const rank = Number(process.env['MAINSPRING_RANK'] ?? 0);
/** The other machines of a gang may share this disk. */
const own = rank === 0 ? directory : join(directory, `rank-${rank}`);
// What the wrapper writes for a trainer of another user must be readable for it, whatever the engine's umask is.
process.umask(0o022);
mkdirSync(own, { recursive: true });
const log = openOwnLog(own);
const { say } = log;

/** Keeps a signal that arrives before a handler is installed. */
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
  // The other machines of a gang read the same file. Rank 0 removes it after they have read it.
  if (!gang) forgetSecrets();
  const client = openS3(s3);
  const stores = {
    objects: openObjectStore(client, s3.bucket),
    artifacts: openArtifactStore(client, s3.bucket, site.cache),
    checkpoints: openArtifactStore(client, s3.bucket, site.cache, (digest) =>
      checkpointKey(order.jobKey, digest),
    ),
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
  // After a success, inputs and model are in the object store. After a failure they are kept for people who look
  // for the cause.
  if (ended.code === ExitCode.ok && ended.cause === 'trainer') {
    await forgetFolder(site, layoutOf(site.directory));
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
