import { isCancellation, log, patched, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { EndsActivities } from '../../activities/reaper/record-ends.js';
import type { ReaperActivities } from '../../activities/reaper/index.js';
import type { TrainingActivities } from '../../activities/training/index.js';
import { parseOrFail } from '../../contracts/failures.js';
import { ReaperInput, type ReaperReport, type Sighting } from '../../contracts/reaper.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { ifPossible } from '../after-cancel.js';
import { forEachBounded } from '../for-each-bounded.js';
import { reaperDetails } from './reaper-details.js';
import { rootMessage } from '../policy/root-message.js';

const retry = { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 5 } as const;

const looking = proxyActivities<ReaperActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '2 minutes',
  // A pass that fails is not repeated: the next pass covers it.
  scheduleToCloseTimeout: '4 minutes',
  retry,
});
const recording = proxyActivities<ReaperActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '1 minute',
  retry: { ...retry, maximumAttempts: 100 },
});
/** A job that cannot be ended in this time is tried again in the next pass. */
const ending = proxyActivities<ReaperActivities & TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { ...retry, maximumAttempts: 3 },
});
const collecting = proxyActivities<TrainingActivities>({
  taskQueue: TaskQueue.training,
  startToCloseTimeout: '1 minute',
  retry,
});

const settling = proxyActivities<EndsActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '4 minutes',
  retry,
});

/** Most jobs ended at once. Each takes its grace. */
const AT_ONCE = 10;

/** One pass: examine every job, act on earlier sightings, and remove old folders. */
export async function reaper(raw: ReaperInput): Promise<ReaperReport> {
  const input = parseOrFail(ReaperInput, raw);
  const { apartMs, keepSucceededMs, keepOthersMs, dryRun } = input;
  const inspection = await looking.inspectJobs(input);
  const report: ReaperReport = { ...inspection, done: [], tidied: 0 };
  const show = () => setCurrentDetails(reaperDetails(report, input));
  show();
  if (dryRun) return report;

  await forEachBounded(inspection.due, AT_ONCE, async (sighting) => {
    if (!(await recording.beginAction({ sighting, apartMs }))) return;
    const outcome = await outcomeOf(sighting);
    await recording.finishAction({ sighting, outcome });
    report.done.push({ subject: sighting.subject, outcome });
    show();
  });
  report.tidied = await looking.tidyFolders({ keepSucceededMs, keepOthersMs });
  show();
  if (patched('records-ends')) {
    const recorded = await ifPossible('ends are not recorded', () => settling.recordEnds());
    if (recorded && recorded.length > 0) report.recorded = recorded;
    show();
  }
  return report;
}

/** Take one due action. A failed action does not prevent the others. */
async function outcomeOf(sighting: Sighting): Promise<string> {
  try {
    return await act(sighting);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the reaper could not act', { subject: sighting.subject, reason: rootMessage(error) });
    return `failed: ${rootMessage(error).split('\n')[0]}`;
  }
}

async function act({ action, subject, backend, intent, attempt, reason }: Sighting): Promise<string> {
  if (backend === null || action === 'say') return 'said';
  if (action === 'end') {
    const isOver = await ending.endOrphan({ jobKey: subject, backend });
    return isOver ? 'ended' : 'asked, and still in its queue';
  }
  if (intent === null || attempt === null) return 'no row';
  const job = { jobKey: subject, intent, attempt, backend };
  if (action === 'cancel') {
    const stopped = await ending.cancelJob({ intent, attempt, backend, reason: `reaper: ${reason}` });
    if (!stopped.job) return 'never dispatched';
  }
  const { state } = await collecting.collectJob({ ...job, end: action === 'lose' ? 'lost' : 'ended' });
  return state;
}
