import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from './bench.js';
import { openStudyWorld, round } from './study/world.js';

/** BENCH_TRIALS changes the size, BENCH_KILLS the number of kills. */
const TRIALS = Number(process.env['BENCH_TRIALS'] ?? 10_000);
const KILLS = Number(process.env['BENCH_KILLS'] ?? 4);
const PARALLEL = Number(process.env['BENCH_PARALLEL'] ?? 8);
const EVENTS_AT_MOST = 10_000;
const ANSWER_AT_MOST_SECONDS = 1;
/** Time after which a killed worker is running again. */
const RECOVERY_MS = 20_000;
const VICTIMS = /control|training/;

export const bench: Bench = {
  name: 'study-10000',
  summary: `a search of ${TRIALS} no-op trials with ${KILLS} workers killed: none lost or doubled, at most ${EVENTS_AT_MOST} events a run, the leaderboard within a second`,
  run: async (print) => {
    const world = await openStudyWorld();
    try {
      const run = 'many';
      const startedAt = performance.now();
      const handle = await world.start(run, { trials: TRIALS, parallel: PARALLEL, seconds: 0 });
      const result = handle.result();
      let over = false;
      void result.catch(() => undefined).finally(() => (over = true));
      const answers: { seconds: number; quiet: boolean }[] = [];
      let [killed, asked, killedAt] = [0, 0, -Infinity];
      while (!over) {
        await pause(1_000);
        const done = (await world.counts(run)).trials;
        if (!over) {
          asked += 1;
          // The leaderboard cannot answer while a killed worker starts.
          const quiet = performance.now() - killedAt > RECOVERY_MS;
          await world.askLeaderboard(run).then(
            (seconds) => answers.push({ seconds, quiet }),
            () => undefined,
          );
        }
        if (killed < KILLS && done > ((killed + 1) * TRIALS) / (KILLS + 1)) {
          const workers = world.stack.status().filter(({ name, pid }) => VICTIMS.test(name) && pid);
          const victim = workers[killed % workers.length];
          if (victim?.pid) process.kill(victim.pid, 'SIGKILL');
          killed += 1;
          killedAt = performance.now();
        }
      }
      const { leaderboard } = await result;
      const seconds = (performance.now() - startedAt) / 1_000;
      await pause(2_000);
      const events = await world.runsOf(run);
      const { trials, jobs, attempts } = await world.counts(run);
      const sorted = answers
        .filter(({ quiet }) => quiet)
        .map((answer) => answer.seconds)
        .sort((a, b) => a - b);
      const at = (share: number) => round(sorted[Math.floor(share * (sorted.length - 1))] ?? NaN);
      print({
        bench: 'study-10000 trials',
        ratio: trials / TRIALS,
        atLeast: 1,
        atMost: 1,
        done: leaderboard.done,
        failed: leaderboard.failed,
        jobs,
        attempts,
        killed,
        seconds: round(seconds),
        perSecond: round(TRIALS / seconds),
      });
      print({
        bench: 'study-10000 doubled',
        ratio: (jobs['succeeded'] ?? 0) / TRIALS,
        atLeast: 1,
        atMost: 1,
      });
      print({
        bench: 'study-10000 events',
        ratio: Math.max(...events),
        atMost: EVENTS_AT_MOST,
        runs: events.length,
      });
      print({
        bench: 'study-10000 leaderboard',
        ratio: at(0.99),
        atMost: ANSWER_AT_MOST_SECONDS,
        median: at(0.5),
        longest: at(1),
        longestAfterKill: round(Math.max(0, ...answers.map((answer) => answer.seconds))),
        asked,
        answered: answers.length,
      });
    } finally {
      await world.close();
    }
  },
};
