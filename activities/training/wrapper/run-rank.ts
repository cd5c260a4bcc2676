import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExitCode } from '../../../contracts/exit-code.js';
import { readBeat } from '../lease/beat.js';
import { readClaim } from '../lease/claim.js';
import { readHead, refusal } from '../lease/head.js';
import { writeConfig } from './config-files.js';
import { type Gang, GangIncomplete, gangEnvironment, join, sayAlive, sayEnd } from './gang.js';
import type { Stop } from './heart.js';
import { fetchCheckpoint, fetchInputs } from './inputs.js';
import { layoutOf } from './layout.js';
import { retrying } from './retrying.js';
import type { Attempt } from './run-attempt.js';
import { supervise } from './supervise.js';
import { trainerEnvironment } from './trainer-environment.js';

const REASON_CHARS = 1_024;

/**
 * Work as a machine beside rank 0: the same code, inputs and checkpoint in a folder of its own. It writes nothing that counts, and
 * stops when the head says so, when rank 0 has ended, or without the store for the lease time.
 *
 * @returns exit code. 0 also after a bad end that rank 0 was told of, which then ends the attempt with it
 */
export async function runRank(job: Attempt, gang: Gang): Promise<number> {
  const { order, site, stores, log } = job;
  const { objects } = stores;
  const { beatMs, leaseMs, graceMs } = order.timing;

  /** Why this rank may not go on; undefined while it may, or while the store is away. */
  const ended = async (): Promise<'fenced' | 'cancelled' | 'over' | undefined> => {
    const why = refusal(await readHead(objects, order.intent), order.attempt);
    if (why) return why;
    const claim = await readClaim(objects, order.jobKey);
    if (claim?.gang !== undefined && claim.gang !== gang.id) return 'fenced';
    return (await readBeat(objects, order.jobKey))?.ended ? 'over' : undefined;
  };
  try {
    const start = await join(objects, order, gang, async () => Boolean(await ended().catch(() => undefined)));
    if (!start) return ExitCode.fenced;
    const layout = layoutOf(site.directory);
    await writeConfig(order, layout);
    const [resumeFrom] = await Promise.all([
      retrying('checkpoint', leaseMs, () => fetchCheckpoint(stores.artifacts, start.checkpoint, layout)),
      retrying('inputs', leaseMs, () => fetchInputs(stores.artifacts, order, layout)),
    ]);
    const host = { ...job.host, ...gangEnvironment(gang, start) };
    let over = false;
    let stop: ((why: Stop) => void) | undefined;
    const follow = async (): Promise<void> => {
      for (let seen = Date.now(); !over; await sleep(beatMs)) {
        try {
          await sayAlive(objects, order, gang);
          const why = await ended();
          seen = Date.now();
          if (why === undefined) continue;
          // Its trainer may be about to end as well.
          if (why === 'over') await sleep(graceMs);
          if (!over) stop?.(why === 'over' ? 'cancelled' : why);
          return;
        } catch {
          if (Date.now() - seen > leaseMs) return stop?.('lease');
        }
      }
    };
    const run = supervise({
      order,
      layout,
      env: trainerEnvironment(order, site, layout, host, resumeFrom),
      upload: async () => true,
      early: undefined,
      onStop: (handler) => {
        stop = handler;
      },
      onTermination: job.onTermination,
      onStart: () => undefined,
      take: log.take,
      say: log.say,
    });
    void follow();
    const { code, cause, reason } = await run;
    over = true;
    log.say(`ended: exit code ${code} (${cause})`);
    if (cause === 'fenced' || cause === 'cancelled') return ExitCode.ok;
    const at = new Date().toISOString();
    const said = (await readFile(layout.failure, 'utf8').catch(() => '')).slice(0, REASON_CHARS).trim();
    await retrying('end', leaseMs, () =>
      sayEnd(objects, order, gang, { rank: gang.rank, code, reason: said || reason, at }),
    );
    return ExitCode.ok;
  } catch (error) {
    log.say(error instanceof Error ? error.message : String(error));
    if (!(error instanceof GangIncomplete))
      await sayEnd(objects, order, gang, {
        rank: gang.rank,
        code: ExitCode.infrastructure,
        reason: String(error),
        at: new Date().toISOString(),
      }).catch(() => undefined);
    return ExitCode.infrastructure;
  }
}
