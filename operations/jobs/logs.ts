import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readLog } from '../../contracts/job-log.js';
import { intervalMs, wholeNumber } from '../fields.js';
import { findJob } from '../lookup/find-job.js';
import { isTerminal } from '../../contracts/job-state.js';
import { lineCutter, offsetOfTail } from '../lookup/log-lines.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { attempt, jobName } from './get.js';

/** A log is at most 100 MiB; an offset beyond this is a mistake. */
const MAX_OFFSET = 2 ** 40;

const Input = z.strictObject({
  job: jobName,
  attempt,
  follow: z.boolean().default(false).describe('True: continue until the job is over. Default: false.'),
  tail: wholeNumber(0)
    .optional()
    .describe('Begin with this many last lines of the log. Default: the whole log.'),
  from: wholeNumber(0, MAX_OFFSET)
    .optional()
    .describe('Byte to begin at: `next` of the last answer, to go on after a broken connection.'),
  intervalMs,
});

export const LogLines = z.strictObject({
  jobKey: z.string(),
  /** Whole lines. The last line of an ended job may lack its line feed. */
  lines: z.array(z.string()),
  /** Offset of the first byte after these lines. */
  next: z.int(),
});
export type LogLines = z.infer<typeof LogLines>;

async function* readLines(
  services: Services,
  { job: name, attempt: wanted, follow, tail, from: begin, intervalMs: pauseMs }: z.output<typeof Input>,
  signal: AbortSignal,
): AsyncGenerator<LogLines, void, void> {
  const { jobKey } = await findJob(services, name, { attempt: wanted });
  const { objects } = await services.storage();
  const { views } = await services.records();
  let from = begin ?? (tail === undefined ? 0 : await offsetOfTail(objects, jobKey, tail));
  const cutter = lineCutter();
  for (;;) {
    // Asked before the log is read, so that the log of an ended job is read to its end.
    let isDone = !follow;
    try {
      if (follow) isDone = (await views.jobs({ jobKey, limit: 1 })).every(({ state }) => isTerminal(state));
      for await (const { offset, missing, bytes } of readLog(objects, jobKey, from)) {
        const gap =
          missing > 0 ? [`[mainspring] ${missing} bytes are left out here: the log is too long`] : [];
        const lines = [...gap, ...cutter.cut(bytes)];
        from = offset + bytes.length;
        if (lines.length > 0) yield { jobKey, lines, next: from - cutter.pendingBytes() };
      }
    } catch (error) {
      // With `follow`, a store that is away for a while is asked again.
      if (!follow) throw error;
      isDone = false;
    }
    if (isDone || signal.aborted) break;
    try {
      await sleep(pauseMs, undefined, { signal });
    } catch {
      break;
    }
  }
  const lines = cutter.end();
  if (lines.length > 0) yield { jobKey, lines, next: from };
}

export const logs = defineOperation({
  name: 'jobs.logs',
  summary: 'The log of a job, batch by batch: a few seconds old while it runs, all of it afterwards',
  who: 'anyone',
  effect: 'stream',
  input: Input,
  output: LogLines,
  errors: {
    'not-found': 'No job or run has this name, or it has no such attempt.',
    usage: 'The run has several jobs, and `attempt` is named without one of them.',
  },
  http: { method: 'GET', path: '/v1/jobs/{job}/logs' },
  // A run means another of its jobs once this one is over, and `next` counts bytes of this one.
  resume: ({ follow, intervalMs: every }, { jobKey, next }) => ({
    job: jobKey,
    follow,
    intervalMs: every,
    from: next,
  }),
  run: (services, input, _caller, signal) => readLines(services, input, signal),
});
