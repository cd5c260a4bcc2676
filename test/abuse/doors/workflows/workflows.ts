import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import fc from 'fast-check';
import { FailureType } from '../../../../contracts/failures.js';
import { TaskQueue } from '../../../../contracts/task-queues.js';
import { forever } from '../../../support/training/fake-activities.js';
import { workflowHarness } from '../../../support/workflows.js';
import { defineDoor } from '../../door.js';
import { mutated } from '../../items/mutated.js';
import { type Json, nastyValue } from '../../items/nasty.js';
import { broken } from '../../items/raw.js';
import { type Verdict, accepted, isFault, refused, silent, stopped } from '../../verdict.js';
import { type Parked, foreignNames, goodPayloads, parkedWorkflows } from './parked.js';
import { type Bytes, type MessageKind, post } from './post.js';

type Item =
  | { kind: MessageKind; type: string; name: string; args: Bytes[] }
  | { kind: 'start'; type: string; input: Json };

const encodings = fc.oneof(
  { weight: 12, arbitrary: fc.constant('json/plain') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('binary/plain', 'binary/null', 'json/protobuf', 'binary/unheard-of', ''),
  },
);

/** A good payload with changes, or anything; then as bytes that may be broken. */
function argsOf(name: string): fc.Arbitrary<Bytes[]> {
  const good = Object.hasOwn(goodPayloads, name) ? goodPayloads[name] : undefined;
  const value =
    good === undefined
      ? nastyValue
      : fc.oneof({ weight: 4, arbitrary: mutated(fc.constant(good)) }, { weight: 1, arbitrary: nastyValue });
  const bytes = fc.record({ encoding: encodings, data: broken(value.map((one) => JSON.stringify(one))) });
  return fc.oneof(
    { weight: 8, arbitrary: bytes.map((one) => [one]) },
    { weight: 1, arbitrary: fc.array(bytes, { maxLength: 3 }) },
  );
}

/** Messages that each workflow takes, as it says itself. */
type Handlers = { type: string; kind: MessageKind; name: string }[];

const messages = (handlers: Handlers): fc.Arbitrary<Item> =>
  fc
    .oneof(
      { weight: 8, arbitrary: fc.constantFrom(...handlers) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...handlers), fc.constantFrom(...foreignNames))
          .map(([handler, name]) => ({ ...handler, name })),
      },
    )
    .chain((handler) => argsOf(handler.name).map((args) => ({ ...handler, args })));

const starts = (parked: readonly Parked[]): fc.Arbitrary<Item> =>
  fc
    .constantFrom(...parked)
    .chain(({ type, input }) =>
      mutated(fc.constant(input)).map((one) => ({ kind: 'start' as const, type, input: one })),
    );

/** Activities that let each workflow come to the place where it waits. All others wait for ever. */
const wait = forever(() => Context.current());
const activities = {
  default: wait,
  recordApproval: async () => undefined,
  openJob: async () => ({ attempt: 1 }),
  openTrial: async () => ({ attempt: 1, stopped: null }),
  recordTrials: async () => undefined,
  findEndedTrials: async () => [],
  recordTrigger: async () => undefined,
  isLifecycleOpen: async () => true,
  closeWindow: async ({
    model,
    target,
    window,
  }: {
    model: string;
    target: { version: number };
    window: object;
  }) => ({
    ...{
      model,
      version: target.version,
      window,
      requests: 1,
      labelled: 1,
      labelRate: 0,
      metrics: {},
      psi: {},
    },
    exceeded: [],
    report: null,
  }),
};

interface Metadata {
  definition?: Record<`${MessageKind}Definitions`, { name?: string }[] | undefined>;
}

async function handlersOf(client: Client, { id, type }: Parked): Promise<Handlers> {
  const { definition } = await client.workflow.getHandle(id).query<Metadata>('__temporal_workflow_metadata');
  return (['signal', 'update', 'query'] as const).flatMap((kind) =>
    (definition?.[`${kind}Definitions`] ?? []).flatMap(({ name }) =>
      name === undefined ? [] : [{ type, kind, name }],
    ),
  );
}

/** Signals, updates, queries and inputs of every workflow, against real workflows that wait. */
export const workflows = defineDoor<Item>({
  name: 'workflows',
  what: 'signals, updates, queries and inputs of every workflow',
  weight: 2,
  open: async () => {
    const harness = await workflowHarness('workflows/index.ts', 'abuse-workflows');
    const { client } = harness;
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const working = harness.run(activities, () => ended);

    const start = (type: string, workflowId: string, input: Json) =>
      client.workflow.start(type, { workflowId, taskQueue: TaskQueue.control, args: [input] });
    const open = new Map<string, Parked>();
    async function park(): Promise<void> {
      for (const one of parkedWorkflows()) {
        if (one.query === undefined) continue;
        await client.workflow
          .getHandle(open.get(one.type)?.id ?? 'none')
          .terminate()
          .catch(() => undefined);
        await start(one.type, one.id, one.input);
        open.set(one.type, one);
      }
    }
    await park();

    /** Fault of a workflow that should still take messages; undefined if there is none. */
    async function faultOf({ id, query, mayEnd }: Parked): Promise<Verdict | undefined> {
      const { status, raw } = await client.workflow.getHandle(id).describe();
      const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
      if (attempt > 1) return stopped(`${id}: its workflow task was tried ${attempt} times`);
      if (status.name !== 'RUNNING') return mayEnd ? undefined : stopped(`${id} is ${status.name}`);
      const asked = await post(client, id, { kind: 'query', name: query ?? '', args: [] });
      return asked.outcome === 'accepted' ? undefined : silent(`${id}: ${asked.why}`);
    }

    async function message({ kind, type, name, args }: Exclude<Item, { kind: 'start' }>): Promise<Verdict> {
      const one = open.get(type);
      if (!one) throw new Error(`no ${type} waits`);
      const verdict = await post(client, one.id, { kind, name, args });
      // A query that the server gives up on is told as refused; a workflow that is stuck is found below.
      const fault = isFault(verdict) ? verdict : await faultOf(one);
      if (fault) {
        await park();
        return fault;
      }
      const { status } = await client.workflow.getHandle(one.id).describe();
      if (status.name !== 'RUNNING') await park();
      return verdict;
    }

    /** A start is refused by a named failure; or the workflow runs, and its task does not fail. */
    async function begin(type: string, input: Json): Promise<Verdict> {
      const handle = await start(type, `start/${randomUUID()}`, input);
      try {
        for (let look = 0; look < 200; look += 1) {
          const { status, raw } = await handle.describe();
          const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
          if (attempt > 1) return stopped(`the workflow task of ${type} was tried ${attempt} times`);
          if (status.name === 'FAILED') return failureOf(type, await handle.fetchHistory());
          const isIdle = raw.pendingWorkflowTask === null || raw.pendingWorkflowTask === undefined;
          if (
            status.name !== 'RUNNING' ||
            (isIdle && Number(raw.workflowExecutionInfo?.historyLength ?? 0) > 3)
          )
            return accepted(status.name);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return silent(`${type} neither failed nor went on`);
      } finally {
        await handle.terminate().catch(() => undefined);
      }
    }

    const handlers = (await Promise.all([...open.values()].map((one) => handlersOf(client, one)))).flat();
    return {
      items: fc.oneof(
        { weight: 3, arbitrary: messages(handlers) },
        { weight: 1, arbitrary: starts(parkedWorkflows()) },
      ),
      send: (item) => (item.kind === 'start' ? begin(item.type, item.input) : message(item)),
      settle: async () => {
        await park();
        return accepted();
      },
      close: async () => {
        for (const { id } of open.values())
          await client.workflow
            .getHandle(id)
            .terminate()
            .catch(() => undefined);
        end();
        await working;
        await harness.close();
      },
    };
  },
});

type History = Awaited<ReturnType<Awaited<ReturnType<Client['workflow']['start']>>['fetchHistory']>>;

function failureOf(type: string, { events }: History): Verdict {
  const failure = events?.at(-1)?.workflowExecutionFailedEventAttributes?.failure;
  const named = failure?.applicationFailureInfo?.type ?? failure?.cause?.applicationFailureInfo?.type ?? '';
  const known = Object.values(FailureType) as string[];
  const why = `${named}: ${failure?.message ?? ''}`;
  return known.includes(named)
    ? refused(why)
    : stopped(`${type} failed without a name of the register: ${why}`);
}
