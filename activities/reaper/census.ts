import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import pLimit from 'p-limit';
import { trainingJobId } from '../../contracts/ids.js';
import type { Census, JobSight } from '../../contracts/reaper.js';
import type { BackendName } from '../../contracts/spec/training.js';
import type { ListAnswer, ListedJob } from '../ports/job-backend.js';
import type { JobRow } from '../ports/job-row.js';
import { handleOf } from '../training/handle.js';
import { readBeat } from '../training/lease/beat.js';
import { leaseOf } from '../training/lease-of.js';
import { claimKey } from '../training/lease/claim.js';
import { readHead, refusal } from '../training/lease/head.js';
import { isTerminal } from '../../contracts/job-state.js';
import type { ReaperDeps } from './deps.js';

type Asking = Pick<Client, 'workflow'>;

/** Final statuses of a workflow. Every other status counts as open, including a paused run. */
const CLOSED: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'];
const AT_ONCE = 16;
const MAX_ROWS = 10_000;
const MAX_OWNERS = 2_000;

async function ownerOf(client: Asking, intent: string): Promise<'open' | 'closed'> {
  try {
    const { status } = await client.workflow.getHandle(trainingJobId(intent)).describe();
    return CLOSED.includes(status.name) ? 'closed' : 'open';
  } catch (error) {
    // The workflow was never started, or is older than the server's retention.
    if (error instanceof WorkflowNotFoundError) return 'closed';
    throw error;
  }
}

/** The job list of every backend. If a backend fails to answer, its entry is the error. */
async function listAll({ backends, engineId }: ReaperDeps): Promise<Map<BackendName, ListAnswer>> {
  const answers = await Promise.all(
    Object.entries(backends).map(async ([name, backend]) => {
      const answer = await backend
        .list(engineId)
        .catch((error: unknown): ListAnswer => ({ kind: 'unreachable', reason: String(error) }));
      return [name as BackendName, answer] as const;
    }),
  );
  return new Map(answers);
}

/** The facts about one job. If a backend does not list a live job, the job is looked up by name. */
async function sightOf(
  deps: ReaperDeps,
  client: Asking,
  job: { jobKey: string; backend: BackendName },
  row: JobRow | undefined,
  listed: ListedJob | undefined,
  isReachable: boolean,
): Promise<JobSight> {
  const { backends, objects } = deps;
  const isLive = row !== undefined && !isTerminal(row.state);
  const native = async (): Promise<JobSight['native']> => {
    if (!isReachable) return 'unreachable';
    if (listed) return listed.state;
    if (!row || !isLive) return 'absent';
    const status = await backends[job.backend]?.status(handleOf(row));
    return status?.kind ?? 'unreachable';
  };
  const [said, beat, claim, head, owner] = await Promise.all([
    native(),
    readBeat(objects, job.jobKey),
    objects.get(claimKey(job.jobKey)),
    row && leaseOf(deps, row.intent).then((lease) => readHead(objects, lease)),
    isLive ? ownerOf(client, row.intent) : null,
  ]);
  const refused = row && refusal(head, row.attempt);
  return {
    ...job,
    intent: row?.intent ?? null,
    attempt: row?.attempt ?? null,
    row: row?.state ?? null,
    native: said,
    nativeId: listed?.handle.nativeId ?? row?.nativeId ?? null,
    owner,
    beatAt: beat?.at ?? null,
    beatEnded: Boolean(beat?.ended),
    claimed: claim !== undefined,
    head: head ? (head.result?.attempt === row?.attempt ? 'done' : (refused ?? 'current')) : null,
    progress: beat?.progress ?? null,
    createdAt: row?.createdAt.toISOString() ?? null,
  };
}

/** Open job workflows without a live row, as many as one listing returns. */
async function joblessOwners(client: Asking, live: ReadonlySet<string>): Promise<Census['jobless']> {
  const found: Census['jobless'] = [];
  const query = "WorkflowType = 'trainingJob' AND ExecutionStatus = 'Running'";
  let seen = 0;
  for await (const { workflowId, startTime } of client.workflow.list({ query })) {
    const intent = workflowId.replace(/^job\//, '');
    if (!live.has(intent)) found.push({ intent, since: startTime.toISOString() });
    if ((seen += 1) >= MAX_OWNERS) break;
  }
  return found;
}

/**
 * Collect the jobs of every backend, the live rows, their workflows, beats, claims and heads. Reads only.
 *
 * @param only a job key: look at this job alone
 * @throws the errors of the database, the object store and Temporal: without them no statement is possible
 */
export async function takeCensus(deps: ReaperDeps, client: Asking, only?: string): Promise<Census> {
  const { jobs } = deps;
  // Backends are listed first: a row is written before its submit, so every listed job has its row by the time the
  // rows are read.
  const lists = await listAll(deps);
  const listed = new Map<string, { job: ListedJob; backend: BackendName }>();
  for (const [backend, answer] of lists)
    if (answer.kind === 'listed')
      for (const job of answer.jobs) listed.set(job.handle.jobKey, { job, backend });
  const live = new Map((await jobs.list({ live: true, limit: MAX_ROWS })).map((view) => [view.jobKey, view]));
  const keys = [...new Set([...listed.keys(), ...live.keys()])].filter(
    (key) => only === undefined || key === only,
  );
  const limit = pLimit(AT_ONCE);
  const sights = await Promise.all(
    keys.map((jobKey) =>
      limit(async (): Promise<JobSight | undefined> => {
        const found = listed.get(jobKey);
        const row = await jobs.get(jobKey);
        const backend = row?.backend ?? found?.backend;
        if (!backend) return undefined;
        const isReachable = lists.get(backend)?.kind === 'listed';
        return sightOf(deps, client, { jobKey, backend }, row, found?.job, isReachable);
      }),
    ),
  );
  const intents = new Set([...live.values()].map(({ intent }) => intent));
  return {
    at: new Date().toISOString(),
    backends: [...lists].map(([name, answer]) => ({
      name,
      unreachable: answer.kind === 'unreachable' ? answer.reason : null,
    })),
    jobs: sights.filter((sight) => sight !== undefined),
    more: 0,
    jobless: only === undefined ? await joblessOwners(client, intents) : [],
  };
}
