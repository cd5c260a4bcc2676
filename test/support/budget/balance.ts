import { type Kysely, sql } from 'kysely';
import { TERMINAL_JOB_STATES } from '../../../contracts/job-state.js';
import type { Database } from '../../../infra/adapters/postgres/schema.js';

/**
 * Check that the ledger balances, from the tables alone: the sums in each account equal the sums of its entries;
 * every ended attempt has returned its reservation and is settled; the settled amount equals the usage in its row,
 * to the second; no account exceeds its limit.
 */
export async function balance(db: Kysely<Database>): Promise<{ attempts: number; faults: string[] }> {
  const terminal = sql.join(TERMINAL_JOB_STATES);
  const { rows: sums } = await sql<{ name: string }>`
    select a.name from budget_accounts a
      left join lateral (select
        coalesce(sum(gpu_ms) filter (where kind in ('settle', 'correct')), 0) gs,
        coalesce(sum(cpu_ms) filter (where kind in ('settle', 'correct')), 0) cs,
        coalesce(sum(money_micros) filter (where kind in ('settle', 'correct')), 0) ms,
        coalesce(sum(gpu_ms) filter (where kind = 'reserve'), 0) - coalesce(sum(gpu_ms) filter (where kind = 'release'), 0) gr,
        coalesce(sum(cpu_ms) filter (where kind = 'reserve'), 0) - coalesce(sum(cpu_ms) filter (where kind = 'release'), 0) cr,
        coalesce(sum(money_micros) filter (where kind = 'reserve'), 0) - coalesce(sum(money_micros) filter (where kind = 'release'), 0) mr
        from ledger where account = a.name) l on true
    where (settled_gpu_ms, settled_cpu_ms, settled_money_micros, reserved_gpu_ms, reserved_cpu_ms, reserved_money_micros)
      is distinct from (gs, cs, ms, gr, cr, mr)`.execute(db);
  const { rows: unsettled } = await sql<{ job_key: string; account: string }>`
    select r.job_key, r.account from ledger r join jobs j using (job_key)
    where r.kind = 'reserve' and j.state in (${terminal}) and 2 > (
      select count(*) from ledger l where l.job_key = r.job_key and l.account = r.account and
        (l.kind = 'settle' or (l.kind = 'release' and (l.gpu_ms, l.cpu_ms, l.money_micros) = (r.gpu_ms, r.cpu_ms, r.money_micros))))`.execute(
    db,
  );
  const { rows: early } = await sql<{ job_key: string }>`
    select l.job_key from ledger l left join jobs j using (job_key)
    where j.job_key is null or (l.kind <> 'reserve' and j.state not in (${terminal}))`.execute(db);
  const { rows: off } = await sql<{ job_key: string; settled: number; held: number }>`
    select job_key, settled, held from (
      select r.job_key, r.account,
        (select sum(l.cpu_ms) from ledger l where l.job_key = r.job_key and l.account = r.account and l.kind in ('settle', 'correct'))
          / nullif(r.cpus, 0) / 1000.0 settled,
        coalesce((j.spend->>'wallSeconds')::float, extract(epoch from j.ended_at - j.started_at), 0) held
      from ledger r join jobs j using (job_key)
      where r.kind = 'reserve' and j.state in (${terminal})) t
    where abs(settled - held) >= 1`.execute(db);
  const { rows: over } = await sql<{ name: string }>`
    select name from budget_accounts a join budget_limits l on l.account = a.name and l.valid_to is null
    where settled_gpu_ms + reserved_gpu_ms > l.gpu_ms or settled_cpu_ms + reserved_cpu_ms > l.cpu_ms
      or settled_money_micros + reserved_money_micros > l.money_micros`.execute(db);
  const { rows: counts } = await sql<{ n: number }>`
    select count(distinct job_key)::int n from ledger where kind = 'reserve'`.execute(db);
  return {
    attempts: counts[0]?.n ?? 0,
    faults: [
      ...sums.map(({ name }) => `sums of ${name} are not those of its entries`),
      ...unsettled.map(({ job_key, account }) => `${job_key} is over and not settled in ${account}`),
      ...early.map(({ job_key }) => `${job_key} has an entry that its row does not explain`),
      ...off.map(({ job_key, settled, held }) => `${job_key} settled ${settled} s and held ${held} s`),
      ...over.map(({ name }) => `${name} is over its limit`),
    ],
  };
}
