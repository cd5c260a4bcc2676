import { setTimeout as sleep } from 'node:timers/promises';
import { ExitCode } from '../contracts/exit-code.js';
import { readBeat } from '../activities/training/lease/beat.js';
import { readClaim } from '../activities/training/lease/claim.js';
import { readHead, refusal } from '../activities/training/lease/head.js';
import { writeConfig } from './config-files.js';
import { confine } from './confine.js';
import { watchDisk } from './disk-limit.js';
import { type Gang, GangIncomplete, gangEnvironment, join, sayAlive, sayEnd } from './gang.js';
import type { Stop } from './heart.js';
import { fetchCheckpoint, fetchInputs } from './inputs.js';
import { layoutOf } from './layout.js';
import { readPlain } from './plain-file.js';
import { retrying } from './retrying.js';
import type { Attempt } from './run-attempt.js';
import { supervise } from './supervise.js';
import { cleanText } from './trainer-text.js';
import { trainerEnvironment } from './trainer-environment.js';

const REASON_CHARS = 1_024;

/**
 * Work as a machine other than rank 0: the same code, inputs and checkpoint, in a folder of its own. Nothing that
 * it writes becomes valid. It stops when the head forbids the attempt, when rank 0 has ended, or when the store was
 * unreachable for the lease time.
 *
 * @returns the exit code. 0 also after a failure that rank 0 was told of: rank 0 then ends the attempt.
 */
export async function runRank(job: Attempt, gang: Gang): Promise<number> {
  const { order, site, stores, log } = job;
  const { objects } = stores;
  const { beatMs, leaseMs, graceMs } = order.timing;

  /** The reason why this rank may not continue; undefined if it may, or if the store is away. */
  const ended = async (): Promise<'fenced' | 'cancelled' | 'over' | undefined> => {
    const why = refusal(await readHead(objects, order), order.attempt);
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
    const { confinement, variables } = await confine(order.jobKey, site, layout, log.say);
    let over = false;
    let stop: ((why: Stop) => void) | undefined;
    const follow = async (): Promise<void> => {
      for (let seen = Date.now(); !over; await sleep(beatMs)) {
        try {
          await sayAlive(objects, order, gang);
          const why = await ended();
          seen = Date.now();
          if (why === undefined) continue;
          // Its own trainer may be about to end as well.
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
      env: { ...trainerEnvironment(order, site, layout, host, resumeFrom), ...variables },
      upload: async () => true,
      violation: watchDisk(site, layout, site.diskBytes),
      confinement,
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
    const failure = await readPlain(layout.failure, layout.base, 4 * REASON_CHARS).catch(() => undefined);
    const said = cleanText(failure?.body.toString('utf8') ?? '')
      .slice(0, REASON_CHARS)
      .trim();
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
