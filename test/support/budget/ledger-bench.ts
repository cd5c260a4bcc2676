import { randomUUID } from 'node:crypto';
import type { JobChange } from '../../../activities/ports/job-store.js';
import type { JobRow, NewJob } from '../../../activities/ports/job-row.js';
import type { Demand } from '../../../activities/ports/ledger.js';
import { jobKeyOf } from '../../../activities/training/job-key.js';
import { limitsOf } from '../../../contracts/budget-arithmetic.js';
import type { Budget } from '../../../contracts/spec/training.js';
import { openJobStore } from '../../../infra/adapters/postgres/job-store.js';
import { createAccount, readAccounts } from '../../../infra/adapters/postgres/budget-accounts.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import { migrate } from '../../../infra/migrations/migrate.js';
import { freshDatabase } from '../database.js';
import { sha } from '../fixtures.js';

export const aRun = () => `r-${randomUUID().slice(0, 8)}`;

export const aJob = (run = aRun(), trial = 0, attempt = 1): NewJob => {
  const intent = `tiny/${run}/trial-${trial}`;
  return {
    jobKey: jobKeyOf({ intent, engineId: 'engine-1' }, attempt),
    intent,
    attempt,
    model: 'tiny',
    run,
    specDigest: sha('spec'),
    jobDigest: sha(intent),
    backend: 'local',
  };
};

/** A demand of at most one core for an hour. */
export const demand = (budget: Budget | undefined, change: Partial<Demand> = {}): Demand => ({
  budget,
  resources: { cpus: 1, memory: '1GiB', gpus: 0, nodes: 1 },
  longestMs: 3_600_000,
  waiter: () => 'job/waiter',
  ...change,
});

export const shared = (account: string, onExhausted: Budget['onExhausted'] = 'ask'): Budget => ({
  account,
  onExhausted,
});

/** The jobs table and the ledger, in a separate database. */
export async function ledgerBench() {
  const database = await freshDatabase();
  await migrate(database.url);
  const db = openDatabase(database.url, { max: 24 });
  const jobs = openJobStore(db);

  /** Changes a row as an activity does: conditional on the version that was read. */
  async function change(jobKey: string, what: JobChange): Promise<JobRow> {
    for (;;) {
      const row = await jobs.get(jobKey);
      if (!row) throw new Error(`no row ${jobKey}`);
      const changed = await jobs.update(jobKey, row.version, what);
      if (changed) return changed;
    }
  }

  return {
    url: database.url,
    db,
    jobs,
    change,
    anAccount: async (limits: Parameters<typeof limitsOf>[0]): Promise<string> => {
      const name = `team-${randomUUID().slice(0, 8)}`;
      await createAccount(db, name, limitsOf(limits), 'ops', 'a test');
      return name;
    },
    figuresOf: async (account: string) => {
      const [figures] = await readAccounts(db, [account]);
      if (!figures) throw new Error(`no account ${account}`);
      return figures;
    },
    end: (jobKey: string, wallSeconds: number, state: JobRow['state'] = 'succeeded', estimated = false) =>
      change(jobKey, {
        state,
        spend: { wallSeconds, cpuSeconds: 0, gpuSeconds: 0 },
        estimated,
        endedAt: new Date(),
      }),
    admitted: async (job: NewJob, wanted: Demand): Promise<boolean> =>
      (await jobs.ledger.admit(job, wanted)).kind === 'admitted',
    close: async () => {
      await db.destroy();
      await database.drop();
    },
  };
}
export type LedgerBench = Awaited<ReturnType<typeof ledgerBench>>;
