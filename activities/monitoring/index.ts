import type { Client } from '@temporalio/client';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { SqlEngine } from '../ports/sql-engine.js';
import type { TriggerStore } from '../ports/triggers.js';
import type { WindowStore } from '../ports/windows.js';
import { makeCloseWindow } from './close-window.js';
import { makeEnsureLoop } from './ensure-loop.js';
import { makeIsLifecycleOpen } from './is-lifecycle-open.js';
import { makeRecordTrigger } from './record-trigger.js';

/** Pool `evaluation`. */
export const createMonitoringActivities = (deps: {
  windows: WindowStore;
  artifacts: ArtifactStore;
  sql: SqlEngine;
  /** Folder for files of a running activity; they are gone when it ends. */
  scratchDir: string;
}) => ({
  closeWindow: makeCloseWindow(deps),
});
export type MonitoringActivities = ReturnType<typeof createMonitoringActivities>;

/** Pool `control`: starts and redirects the workflows and the schedule of the loop, and records triggers. */
export const createLoopActivities = (deps: {
  client: Pick<Client, 'workflow' | 'schedule'>;
  triggers: TriggerStore;
}) => ({
  ensureLoop: makeEnsureLoop(deps),
  isLifecycleOpen: makeIsLifecycleOpen(deps),
  recordTrigger: makeRecordTrigger(deps),
});
export type LoopActivities = ReturnType<typeof createLoopActivities>;
