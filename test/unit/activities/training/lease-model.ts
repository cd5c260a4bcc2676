import type {
  JobBackend,
  JobHandle,
  JobRequest,
  StatusAnswer,
} from '../../../../activities/ports/job-backend.js';
import type { JobStore } from '../../../../activities/ports/job-store.js';
import type { JobRow } from '../../../../activities/ports/job-row.js';
import type { ObjectStore } from '../../../../activities/ports/object-store.js';
import { claim } from '../../../../activities/training/lease/claim.js';
import {
  advanceCheckpoint,
  readHead,
  refusal,
  setResult,
} from '../../../../activities/training/lease/head.js';
import { isTerminal } from '../../../../contracts/job-state.js';
import { sha } from '../../../support/fixtures.js';

/** The scheduler of the model. It decides when each step happens, and which steps go wrong. */
export interface World {
  /** Resolves when the scheduler allows this step. */
  step: (what: string) => Promise<void>;
  /** True if this step goes wrong. The property draws it. */
  unlucky: () => boolean;
}

export class Crash extends Error {}

/** Compare-and-swap in memory. An unlucky write succeeds, but its answer is lost. */
export function modelObjects({ step, unlucky }: World): ObjectStore {
  const objects = new Map<string, { body: Buffer; etag: string }>();
  let version = 0;
  const write = async (key: string, body: Uint8Array | string, allowed: () => boolean): Promise<boolean> => {
    await step(`write ${key}`);
    const done = allowed();
    if (done) objects.set(key, { body: Buffer.from(body as string), etag: String((version += 1)) });
    if (unlucky()) throw new Crash(`answer to write ${key} lost`);
    return done;
  };
  return {
    get: async (key) => {
      await step(`get ${key}`);
      return objects.get(key);
    },
    create: (key, body) => write(key, body, () => !objects.has(key)),
    swap: (key, body, etag) => write(key, body, () => objects.get(key)?.etag === etag),
    put: async (key, body) => void (await write(key, body, () => true)),
    remove: async (keys) => keys.forEach((key) => objects.delete(key)),
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/**
 * The jobs table in memory, with its unique index. It records every pair of attempts that were alive at the same
 * time.
 */
export function modelJobs({
  step,
  unlucky,
}: World): JobStore & { rows: Map<string, JobRow>; doubled: string[] } {
  const rows = new Map<string, JobRow>();
  const doubled: string[] = [];
  const live = (intent: string) =>
    [...rows.values()].filter((row) => row.intent === intent && !isTerminal(row.state));
  const answer = async <T>(what: string, act: () => T): Promise<T> => {
    await step(what);
    const value = act();
    if (unlucky()) throw new Crash(`answer to ${what} lost`);
    return value;
  };
  const insert: JobStore['insert'] = (job) =>
    answer(`insert ${job.jobKey}`, () => {
      const known = rows.get(job.jobKey);
      if (known) return known;
      if (live(job.intent).length > 0)
        throw Object.assign(new Error('another attempt lives'), { type: 'JobConflict' });
      const nothing = {
        nativeId: null,
        nativeUid: null,
        class: null,
        exitCode: null,
        reason: null,
        logTail: null,
      };
      const times = { createdAt: new Date(), submittedAt: null, startedAt: null, endedAt: null };
      const row: JobRow = {
        ...job,
        ...nothing,
        ...times,
        spend: null,
        result: null,
        state: 'intended',
        version: 1,
      };
      rows.set(job.jobKey, row);
      return row;
    });
  return {
    rows,
    doubled,
    ledger: {
      admit: async (job) => ({ kind: 'admitted', row: await insert(job) }),
      devicesOf: async () => null,
      leave: async () => undefined,
      leaveAll: async () => undefined,
      ready: async () => [],
      waiting: async () => [],
      shortage: async () => undefined,
      openRequest: async () => 1,
      closeRequest: async () => undefined,
    },
    insert,
    get: (jobKey) => answer(`row ${jobKey}`, () => rows.get(jobKey)),
    last: (intent) =>
      answer(`last row of ${intent}`, () =>
        [...rows.values()]
          .filter((row) => row.intent === intent)
          .sort((a, b) => b.attempt - a.attempt)
          .at(0),
      ),
    update: (jobKey, version, change) =>
      answer(`update ${jobKey}`, () => {
        const row = rows.get(jobKey);
        if (row?.version !== version) return undefined;
        const next = { ...row, ...change, version: version + 1 };
        rows.set(jobKey, next);
        if (live(row.intent).length > 1) doubled.push(row.intent);
        return next;
      }),
    list: async () => [],
  };
}

type Copy = { jobKey: string; exit: number | null | undefined };

/** A job engine with the faults of real ones. Its wrappers run the real code of the lease until they are killed. */
export function modelBackend(world: World, objects: ObjectStore) {
  const copies: Copy[] = [];
  const known = new Map<string, JobRequest>();
  /** Number of processes of each attempt that passed their claim. */
  const claimed = new Map<string, number>();
  const running: Promise<void>[] = [];

  /** A machine that claims, writes checkpoints and a result, and may be killed at any step. */
  async function wrapper({ order, jobKey }: JobRequest, copy: Copy): Promise<void> {
    const { attempt } = order;
    const nonce = String(copies.length);
    const store: ObjectStore = {
      ...objects,
      get: async (key) => {
        if (world.unlucky()) throw new Crash('killed');
        return objects.get(key);
      },
    };
    const manifest = { uri: `s3://m/${jobKey}`, sha256: sha(jobKey), bytes: 1, mediaType: 'x' };
    try {
      if (refusal(await readHead(store, order), attempt)) return void (copy.exit = 79);
      if (!(await claim(store, jobKey, { nonce, host: 'h', pid: 1, at: '' }))) return void (copy.exit = 79);
      const head = await readHead(store, order);
      if (!head || refusal(head, attempt)) return void (copy.exit = 79);
      claimed.set(jobKey, (claimed.get(jobKey) ?? 0) + 1);
      const step = (head.checkpoint?.step ?? 0) + 1;
      if (!(await advanceCheckpoint(store, order, { step, attempt, manifest }))) return void (copy.exit = 79);
      if (!(await setResult(store, order, { attempt, manifest }))) return void (copy.exit = 79);
      copy.exit = 0;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      copy.exit = null;
    }
  }

  const start = (request: JobRequest): void => {
    const copy: Copy = { jobKey: request.jobKey, exit: undefined };
    copies.push(copy);
    running.push(wrapper(request, copy));
  };
  const handle = (jobKey: string): JobHandle => ({ jobKey, nativeId: '1', nativeUid: null });

  const backend: JobBackend = {
    listedWithinMs: 0,
    pollMs: 0,
    find: async (jobKey) => {
      await world.step(`find ${jobKey}`);
      if (world.unlucky()) return { kind: 'unreachable', reason: 'down' };
      const found = known.get(jobKey);
      // The engine's list lags behind: the job exists but is not listed yet.
      if (!found || world.unlucky()) return { kind: 'absent' };
      return { kind: 'found', handle: handle(jobKey), engineId: found.engineId, jobDigest: found.jobDigest };
    },
    submit: async (request) => {
      await world.step(`submit ${request.jobKey}`);
      const { jobKey } = request;
      if (world.unlucky()) return { kind: 'unknown', reason: 'refused connection' };
      // An engine without unique names accepts the same job twice.
      if (known.has(jobKey) && !world.unlucky()) return { kind: 'duplicate' };
      start(request);
      known.set(jobKey, request);
      return world.unlucky()
        ? { kind: 'unknown', reason: 'answer lost' }
        : { kind: 'accepted', handle: handle(jobKey) };
    },
    status: async ({ jobKey }): Promise<StatusAnswer> => {
      await world.step(`status ${jobKey}`);
      const mine = copies.filter((copy) => copy.jobKey === jobKey);
      if (mine.length === 0) return { kind: 'absent' };
      if (mine.some(({ exit }) => exit === undefined)) return { kind: 'running' };
      const told = mine.find(({ exit }) => exit !== 79) ?? mine[0];
      return { kind: 'ended', exitCode: told?.exit ?? null, class: null, reason: '', spend: null };
    },
    list: async () => ({ kind: 'listed', jobs: [] }),
    cancel: async () => {},
    logTail: async () => '',
  };
  return { backend, copies, claimed, running };
}
