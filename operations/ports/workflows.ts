import type { StoreMark } from '../../contracts/store-ages.js';
import type { SignalDefinition, UpdateDefinition } from '../../contracts/messages.js';

/** The workflow does not exist, or it is closed. */
export class WorkflowGone extends Error {
  override readonly name = 'WorkflowGone';
}

/** A workflow with this id exists already. */
export class WorkflowExists extends Error {
  override readonly name = 'WorkflowExists';
}

/** The workflow refused an Update. The message is the rule that the Update breaks. */
export class UpdateRefused extends Error {
  override readonly name = 'UpdateRefused';
  constructor(
    message: string,
    /** The workflow's remedy; undefined if it names none. */
    readonly remedy: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface StartWorkflow {
  type: string;
  id: string;
  input: unknown;
  summary: string;
  /** Search attributes to set at the start. */
  attributes?: { model: string; specDigest: string };
  /**
   * `never`: an id is used only once (default). `use-existing`: join the open workflow of this id, or start it again.
   */
  reuse?: 'never' | 'use-existing';
  /** Time in milliseconds after which the workflow is ended. Default: no limit. */
  timeoutMs?: number;
}

/** An activity that has failed at least once and is tried again, or that no worker has taken yet. */
export interface PendingActivity {
  id: string;
  type: string;
  /** The attempt that runs or comes next. 1: no worker has taken the activity yet. */
  attempt: number;
  /** 0: no limit. */
  maximumAttempts: number;
  /** Start of the first attempt; null if it is too far back in the history. */
  since: string | null;
  /** Time of the next attempt; null while one runs. */
  next: string | null;
  /** Message of the last failure, or which pool has not taken the activity. */
  reason: string;
}

/** A workflow that cannot go on, because its code fails again and again. */
export interface WorkflowFault {
  attempt: number;
  reason: string;
  since: string | null;
}

/** An open workflow as the engine's server sees it. No worker is needed for that. */
export interface OpenWorkflow {
  id: string;
  type: string;
  /** Id of the workflow that started it; null if it was no workflow. */
  parent: string | null;
  /** Ids of its open children. */
  children: string[];
  activities: PendingActivity[];
  fault: WorkflowFault | null;
}

/** The task queue of a worker pool. */
export interface QueueView {
  pool: string;
  /** Workers that have asked for work within the last minutes. */
  pollers: number;
  /** Time of the engine's server at the last question for work; null if there was none. */
  lastPollMs: number | null;
  /** Tasks that wait for a worker, and the age of the oldest. */
  backlog: number;
  backlogAgeMs: number;
}

/**
 * Access of operations to the workflow engine. Each method throws `MainspringError` `unreachable` if the engine is
 * away.
 */
export interface Workflows {
  /** @throws WorkflowExists */
  start(workflow: StartWorkflow): Promise<void>;
  /** Waits for the end of a workflow and returns its result. */
  result(id: string): Promise<unknown>;
  /** Send an Update and wait for its answer. @throws UpdateRefused, WorkflowGone */
  update<Answer, Argument>(
    id: string,
    update: UpdateDefinition<Answer, [Argument]>,
    argument: Argument,
  ): Promise<Answer>;
  /** @throws WorkflowGone */
  signal(id: string, signal: SignalDefinition): Promise<void>;
  signal<Argument>(id: string, signal: SignalDefinition<[Argument]>, argument: Argument): Promise<void>;
  /** @throws WorkflowGone */
  cancel(id: string): Promise<void>;
  /** Answer of a workflow to a query. Undefined if there is no such workflow, or no worker answers. */
  ask<Answer>(id: string, query: string): Promise<Answer | undefined>;
  /** An open workflow: what it tries again, and what fails. Undefined if it is closed, or there is none. */
  inspect(id: string): Promise<OpenWorkflow | undefined>;
  /**
   * Ids of open workflows that say by a search attribute that they try something again or cannot go on. Unless `marked` is
   * true, also of all open workflows other than jobs.
   */
  suspects(filter: { marked: boolean; limit: number }): Promise<string[]>;
  /** Starts the next attempt of an activity now, and counts its attempts anew. @throws WorkflowGone */
  retryNow(id: string, activityId: string): Promise<void>;
  /** Ends a workflow that cannot end by itself. It undoes nothing. @throws WorkflowGone */
  terminate(id: string, reason: string): Promise<void>;
  /** Status of a workflow by its name in Temporal, e.g. `RUNNING`. Undefined if there is no such workflow. */
  status(id: string): Promise<string | undefined>;
  /** Open lifecycles, newest first. A workflow that has just started or ended may be missing or still listed. */
  openLifecycles(): AsyncIterable<{ id: string; startedAt: string }>;
  /**
   * Let a schedule fire now.
   *
   * @throws WorkflowGone if there is no such schedule
   */
  runSchedule(id: string): Promise<void>;
  /** Search attributes of the engine that are not registered, with the command that registers them. */
  missingSearchAttributes(): Promise<{ names: string[]; registered: number; remedy: string }>;
  /** Its mark of age; undefined if it has none. */
  storeMark(): Promise<StoreMark | undefined>;
  /** Ids of all releases that are still remembered, open or closed: `release/<model>/<version>`. */
  releases(): AsyncIterable<string>;
  /** The task queues of all worker pools. */
  queues(): Promise<QueueView[]>;
}

/** True if a workflow of this status may still go on. */
export const isOpen = (status: string | undefined): boolean => status === 'RUNNING' || status === 'PAUSED';
