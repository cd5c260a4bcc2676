import { z } from 'zod';
import { Instant } from '../../contracts/artifacts.js';
import { lifecycleId, parseLifecycleId } from '../../contracts/ids.js';
import { SHOWN_AFTER_MS } from '../../contracts/retrying.js';
import type { TrainingJobState } from '../../contracts/training.js';
import type { Services } from '../ports/services.js';
import type { OpenWorkflow, Workflows } from '../ports/workflows.js';
import type { RunName } from './find-run.js';

/**
 * Something that does not go on: an activity that is tried again (`retry`) or that no worker takes, or a job that waits for
 * room (`wait`), or a workflow whose code fails (`fault`).
 */
export const Trouble = z.strictObject({
  kind: z.enum(['retry', 'wait', 'fault']),
  workflow: z.string(),
  /** Type of the workflow, e.g. `approval`. */
  type: z.string(),
  /** The run that waits for it; null for a workflow that belongs to no run, e.g. a monitor. */
  model: z.string().nullable(),
  run: z.string().nullable(),
  /** The activity; null for a workflow whose code fails. */
  activity: z.string().nullable(),
  activityId: z.string().nullable(),
  attempt: z.int(),
  /** 0: no limit. */
  maximumAttempts: z.int(),
  /** Null if it began too long ago to be found. */
  since: Instant.nullable(),
  /** Time of the next attempt; null while one runs. */
  next: Instant.nullable(),
  reason: z.string(),
  remedy: z.string(),
});
export type Trouble = z.infer<typeof Trouble>;

/** Most workflows of a run, and of an installation, that are looked at. */
const MAX_OF_RUN = 200;
const MAX_SUSPECTS = 500;
const AT_ONCE = 16;
/** A lifecycle is at most so many workflows above a job. */
const MAX_PARENTS = 5;

const isOld = (since: string | null): boolean =>
  since === null || Date.now() - Date.parse(since) >= SHOWN_AFTER_MS;

/** How Temporal calls code that does not fit the recorded history of a workflow. */
const OTHER_CODE = /TMPRL1100|nondeterminism/i;

function remedyOf(kind: Trouble['kind'], run: RunName | undefined, reason = ''): string {
  const name = run && `${run.model}/${run.run}`;
  if (kind === 'fault' && OTHER_CODE.test(reason))
    return (
      'A worker of pool control is older than the run, which a newer version began or took over: start workers of the newest version, and it goes on by itself' +
      (name === undefined ? '.' : `. To end the run: mainspring cancel ${name} --reason WHY`)
    );
  if (kind === 'fault')
    return (
      'The code of the engine fails: report the reason. After an upgrade it goes on by itself' +
      (name === undefined ? '.' : `, or end the run: mainspring cancel ${name} --reason WHY`)
    );
  if (kind === 'wait')
    return (
      'It begins when a worker is free. `mainspring doctor` shows the workers of each pool; more at once: start another worker, or raise MAINSPRING_WORKER_CONCURRENCY' +
      (name === undefined ? '.' : `. To end the run: mainspring cancel ${name} --reason WHY`)
    );
  if (name === undefined)
    return 'It goes on by itself when the cause is gone: mainspring doctor looks for it.';
  return `When the cause is gone: mainspring retry ${name}. To end the run: mainspring fail ${name} --reason WHY`;
}

function troublesIn({ id, type, activities, fault }: OpenWorkflow, run: RunName | undefined): Trouble[] {
  const place = { workflow: id, type, model: run?.model ?? null, run: run?.run ?? null };
  const faults = fault
    ? [
        {
          ...{ ...place, ...fault },
          kind: 'fault' as const,
          activity: null,
          activityId: null,
          maximumAttempts: 0,
          next: null,
          remedy: remedyOf('fault', run, fault.reason),
        },
      ]
    : [];
  const held = activities
    .filter(({ since }) => isOld(since))
    .map(({ id: activityId, type: activity, ...rest }) => {
      const kind = rest.attempt > 1 ? ('retry' as const) : ('wait' as const);
      return { ...place, ...rest, kind, activity, activityId, remedy: remedyOf(kind, run) };
    });
  return [...faults, ...held];
}

async function inspectAll(workflows: Workflows, ids: string[]): Promise<OpenWorkflow[]> {
  const found: OpenWorkflow[] = [];
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const some = await Promise.all(ids.slice(first, first + AT_ONCE).map((id) => workflows.inspect(id)));
    found.push(...some.filter((one) => one !== undefined));
  }
  return found;
}

/** Every open workflow of a run: its lifecycle, and the workflows that these started. */
export async function workflowsOf(services: Services, { model, run }: RunName): Promise<OpenWorkflow[]> {
  const workflows = await services.workflows();
  const known = new Set([lifecycleId(model, run)]);
  const found: OpenWorkflow[] = [];
  for (let level = [...known]; level.length > 0 && found.length < MAX_OF_RUN;) {
    const opened = await inspectAll(workflows, level.slice(0, MAX_OF_RUN));
    found.push(...opened);
    level = opened.flatMap(({ children }) => children).filter((id) => !known.has(id));
    for (const id of level) known.add(id);
  }
  return found;
}

/** Most jobs of a run that are asked what they wait for. Each costs a query. */
const MAX_ASKED = 20;

/** What jobs of a run wait for before they are sent: room in a pool, or a budget. */
async function parkedIn(services: Services, opened: OpenWorkflow[], run: RunName): Promise<Trouble[]> {
  const workflows = await services.workflows();
  const jobs = opened
    .filter(({ type, activities }) => type === 'trainingJob' && activities.length === 0)
    .slice(0, MAX_ASKED);
  const asked = jobs.map(async ({ id, type }): Promise<Trouble[]> => {
    const parked = (await workflows.ask<TrainingJobState>(id, 'state'))?.parked;
    if (!parked) return [];
    return [
      {
        ...{ kind: 'wait', workflow: id, type, ...run, activity: null, activityId: null },
        ...{ attempt: 1, maximumAttempts: 0, since: null, next: null, reason: parked.reason },
        remedy: `It begins by itself when there is room: \`mainspring pools\` and \`mainspring budget list\` show who uses it. To end the run: mainspring cancel ${run.model}/${run.run} --reason WHY`,
      },
    ];
  });
  return (await Promise.all(asked)).flat();
}

/** The troubles of one run. */
export async function troublesOfRun(services: Services, run: RunName): Promise<Trouble[]> {
  const opened = await workflowsOf(services, run);
  return [
    ...opened.flatMap((workflow) => troublesIn(workflow, run)),
    ...(await parkedIn(services, opened, run)),
  ];
}

/**
 * The troubles of the installation.
 *
 * @param marked true: only of workflows that say so by a search attribute, which is cheap. Default: false
 */
export async function allTroubles(
  services: Services,
  { marked = false }: { marked?: boolean } = {},
): Promise<Trouble[]> {
  const workflows = await services.workflows();
  const opened = await inspectAll(workflows, await workflows.suspects({ limit: MAX_SUSPECTS, marked }));
  const parents = new Map(opened.map(({ id, parent }) => [id, parent]));
  /** The lifecycle above a workflow, if there is one. */
  async function runOf(id: string): Promise<RunName | undefined> {
    let at: string | null = id;
    for (let depth = 0; at !== null && depth < MAX_PARENTS; depth += 1) {
      const name = parseLifecycleId(at);
      if (name) return name;
      if (!parents.has(at)) parents.set(at, (await workflows.inspect(at))?.parent ?? null);
      at = parents.get(at) ?? null;
    }
    return undefined;
  }
  const troubled = opened.filter(({ activities, fault }) => fault !== null || activities.length > 0);
  const lists = await Promise.all(
    troubled.map(async (workflow) => troublesIn(workflow, await runOf(workflow.id))),
  );
  return lists.flat();
}
