import { TERMINAL_JOB_STATES } from '../../contracts/job-state.js';
import type { Spend } from '../../contracts/training.js';
import type { Evidence } from './evidence.js';

/** `lost`: something that began has no end. `doubled`: something happened twice. */
export interface Violation {
  kind: 'lost' | 'doubled' | 'running' | 'wrong';
  what: string;
}

export type Invariant = (evidence: Evidence) => Violation[];

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_JOB_STATES);
const violation = (kind: Violation['kind'], what: string): Violation => ({ kind, what });
const lost = (what: string) => violation('lost', what);
const doubled = (what: string) => violation('doubled', what);
const wrong = (what: string) => violation('wrong', what);

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

const repeated = (values: readonly string[]): [string, number][] =>
  [...groupBy(values, (value) => value)]
    .map(([value, all]): [string, number] => [value, all.length])
    .filter(([, n]) => n > 1);

/** The disturbed lifecycle itself ends, and is promoted. */
export const runsArePromoted: Invariant = ({ runs }) =>
  runs.flatMap(({ run, outcome, ended }) =>
    outcome === 'promoted' && ended ? [] : [lost(`run ${run} ended as ${outcome ?? 'nothing'}`)],
  );

export const jobsAreOver: Invariant = ({ jobs }) =>
  jobs.filter(({ state }) => !TERMINAL.has(state)).map(({ jobKey, state }) => lost(`${jobKey} is ${state}`));

/** One paid job per intent: one result, and further attempts only for killed processes. */
export const intentsAreTrainedOnce: Invariant = ({ jobs, jobKills }) =>
  [...groupBy(jobs, ({ intent }) => intent)].flatMap(([intent, attempts]) => {
    const results = attempts.filter(({ state }) => state === 'succeeded').length;
    const allowed = 1 + (jobKills[intent] ?? 0);
    return [
      ...(results === 0 ? [lost(`${intent} has no result`)] : []),
      ...(results > 1 ? [doubled(`${intent} has ${results} results`)] : []),
      ...(attempts.length > allowed
        ? [doubled(`${intent} has ${attempts.length} attempts, its kills explain ${allowed}`)]
        : []),
      ...repeated(attempts.map(({ attempt }) => `attempt ${attempt}`)).map(([attempt]) =>
        doubled(`${intent} has ${attempt} twice`),
      ),
    ];
  });

/** One process per attempt passed its claim: the claimant also wrote the beats, and any second process was fenced. */
export const attemptsAreClaimedOnce: Invariant = ({ jobs, claims, beats, exits }) => {
  const known = new Set(jobs.map(({ jobKey }) => jobKey));
  return [
    ...Object.keys(claims)
      .filter((jobKey) => !known.has(jobKey))
      .map((jobKey) => lost(`${jobKey} has a claim and no row`)),
    ...jobs.flatMap(({ jobKey, state }) => {
      const claim = claims[jobKey];
      if (!claim) return state === 'succeeded' ? [lost(`${jobKey} succeeded without a claim`)] : [];
      const beat = beats[jobKey];
      const workers = (exits[jobKey] ?? []).filter(({ fenced }) => !fenced);
      return [
        ...(beat && beat.pid !== claim.pid
          ? [doubled(`${jobKey} was claimed by process ${claim.pid} and beaten by ${beat.pid}`)]
          : []),
        ...(workers.length > 1 ? [doubled(`${workers.length} processes worked on ${jobKey}`)] : []),
      ];
    }),
  ];
};

/** The head points at the result of the successful attempt, and that attempt wrote it. */
export const headsAgreeWithRows: Invariant = ({ jobs, heads, results }) =>
  [...groupBy(jobs, ({ intent }) => intent)].flatMap(([intent, attempts]) => {
    const head = heads[intent];
    if (!head) return [lost(`${intent} has no head`)];
    const newest = Math.max(...attempts.map(({ attempt }) => attempt));
    const succeeded = attempts.find(({ state }) => state === 'succeeded');
    const result = results[intent];
    return [
      ...(head.attempt !== newest ? [wrong(`${intent}: head ${head.attempt}, rows ${newest}`)] : []),
      ...(head.result?.attempt !== succeeded?.attempt
        ? [wrong(`${intent}: head has the result of ${head.result?.attempt}, rows of ${succeeded?.attempt}`)]
        : []),
      ...(head.checkpoint && head.checkpoint.attempt > head.attempt
        ? [wrong(`${intent}: checkpoint of attempt ${head.checkpoint.attempt} under head ${head.attempt}`)]
        : []),
      ...(result && (result.attempt !== head.result?.attempt || result.jobKey !== succeeded?.jobKey)
        ? [wrong(`${intent}: the result was written by ${result.jobKey}`)]
        : []),
    ];
  });

/** Every attempt with a claim was settled, and its row states the spend. */
export const spendIsSettled: Invariant = ({ jobs, claims }) =>
  jobs
    .filter(({ jobKey, state, spend }) => TERMINAL.has(state) && claims[jobKey] && !spend)
    .map(({ jobKey }) => lost(`${jobKey} has no spend`));

export const runsHaveOneVersion: Invariant = ({ runs, versions }) => [
  ...repeated(versions.map(({ model, run }) => `${model}/${run}`)).map(([run, n]) =>
    doubled(`${run} has ${n} versions`),
  ),
  ...repeated(versions.map(({ model, version }) => `${model}@${version}`)).map(([version, n]) =>
    doubled(`${version} is there ${n} times`),
  ),
  ...runs
    .filter(({ outcome, run }) => outcome === 'promoted' && !versions.some((version) => version.run === run))
    .map(({ run }) => lost(`run ${run} was promoted without a version`)),
];

/** The same step is recorded once, with the output that it has without disturbance. */
export const stepsAreDoneOnce: Invariant = ({ steps }) =>
  repeated(steps.map(({ kind, inputs }) => `${kind} ${inputs}`)).map(([step, n]) =>
    doubled(`a step is recorded ${n} times: ${step.slice(0, 200)}`),
  );

export const tablesAreUndisturbed: Invariant = ({ tables }) =>
  tables.flatMap(({ run, table, disturbed, undisturbed }) => {
    if (disturbed.rows === undisturbed.rows && disturbed.sha256 === undisturbed.sha256) return [];
    const kind =
      disturbed.rows > undisturbed.rows ? doubled : disturbed.rows < undisturbed.rows ? lost : wrong;
    return [
      kind(
        `${table} of ${run}: ${disturbed.rows} rows (${disturbed.sha256.slice(0, 8)}), undisturbed ` +
          `${undisturbed.rows} (${undisturbed.sha256.slice(0, 8)})`,
      ),
    ];
  });

interface Span {
  from: number;
  to: number | null;
}

/** Exactly one span is open, and each span ends where the next one begins. */
function history(name: string, spans: (Span & { id: number })[]): Violation[] {
  const sorted = spans.toSorted((a, b) => a.from - b.from || a.id - b.id);
  const open = sorted.filter(({ to }) => to === null).length;
  return [
    ...(open === 1
      ? []
      : [open > 1 ? doubled(`${name} has ${open} current rows`) : lost(`${name} has none`)]),
    ...sorted.slice(1).flatMap((span, i) => {
      const before = sorted[i];
      return before?.to === span.from ? [] : [wrong(`${name}: a gap or overlap before ${span.id}`)];
    }),
  ];
}

export const championIsOne: Invariant = ({ aliases, routes, versions }) =>
  [...new Set(versions.map(({ model }) => model))].flatMap((model) => {
    const champions = aliases.filter((row) => row.model === model && row.alias === 'champion');
    const tables = routes.filter((row) => row.model === model);
    const current = champions.find(({ to }) => to === null);
    const serving = tables.find(({ to }) => to === null);
    const newest = Math.max(...versions.filter((row) => row.model === model).map(({ version }) => version));
    return [
      ...history(
        `champion of ${model}`,
        champions.map((row) => ({ ...row, id: row.version })),
      ),
      ...history(
        `routes of ${model}`,
        tables.map((row) => ({ ...row, id: row.generation })),
      ),
      ...(current && current.version !== newest
        ? [wrong(`champion of ${model} is ${current.version}, promoted last was ${newest}`)]
        : []),
      ...(current && serving && serving.champion !== current.version
        ? [wrong(`${model} serves ${serving.champion}, its champion is ${current.version}`)]
        : []),
      ...(serving && serving.candidate !== null
        ? [wrong(`${model} still routes to candidate ${serving.candidate}`)]
        : []),
    ];
  });

/** An answered request is in the log exactly once; an unanswered request at most once. */
export const requestsAreLoggedOnce: Invariant = ({ logged, answered }) => {
  const known = new Set(logged);
  return [
    ...repeated(logged).map(([id, n]) => doubled(`request ${id} is logged ${n} times`)),
    ...answered
      .filter((id) => !known.has(id))
      .map((id) => lost(`request ${id} was answered and is not logged`)),
  ];
};

export const nothingIsStuck: Invariant = ({ open }) =>
  open.map(({ workflowId, taskAttempt }) =>
    taskAttempt > 1
      ? wrong(`workflow task of ${workflowId} fails (attempt ${taskAttempt})`)
      : lost(`${workflowId} is still open`),
  );

export const nothingRuns: Invariant = ({ processes }) =>
  processes.map((pid) => violation('running', `process ${pid} of this engine still runs`));

export const invariants: Invariant[] = [
  runsArePromoted,
  jobsAreOver,
  intentsAreTrainedOnce,
  attemptsAreClaimedOnce,
  headsAgreeWithRows,
  spendIsSettled,
  runsHaveOneVersion,
  stepsAreDoneOnce,
  tablesAreUndisturbed,
  championIsOne,
  requestsAreLoggedOnce,
  nothingIsStuck,
  nothingRuns,
];

export const violationsOf = (evidence: Evidence): Violation[] =>
  invariants.flatMap((check) => check(evidence));

const wall = (spends: (Spend | null)[]): number =>
  Math.round(spends.reduce((sum, spend) => sum + (spend?.wallSeconds ?? 0), 0) * 10) / 10;

/** The figures of the last line of output. */
export function summarize(evidence: Evidence, violations: Violation[]) {
  const { jobs } = evidence;
  const count = (kind: Violation['kind']) => violations.filter((one) => one.kind === kind).length;
  return {
    intents: new Set(jobs.map(({ intent }) => intent)).size,
    jobs: jobs.length,
    billedSeconds: wall(jobs.map(({ spend }) => spend)),
    usefulSeconds: wall(jobs.filter(({ state }) => state === 'succeeded').map(({ spend }) => spend)),
    lost: count('lost'),
    doubled: count('doubled'),
    leftRunning: count('running'),
  };
}
