import type { Client } from '@temporalio/client';
import type { ArtifactStore } from '../ports/artifact-store.js';
import type { TriggerStore } from '../ports/triggers.js';
import type { WindowStore } from '../ports/windows.js';
import { makeCloseWindow } from './close-window.js';
import { makeEnsureLoop } from './ensure-loop.js';
import { makeIsLifecycleOpen } from './is-lifecycle-open.js';
import { makeRecordTrigger } from './record-trigger.js';

/** Pool `evaluation`. */
export const createMonitoringActivities = (deps: { windows: WindowStore; artifacts: ArtifactStore }) => ({
  closeWindow: makeCloseWindow(deps),
});
export type MonitoringActivities = ReturnType<typeof createMonitoringActivities>;

/** Pool `control`: what the loop does with Temporal itself, and its record. */
export const createLoopActivities = (deps: {
  client: Pick<Client, 'workflow' | 'schedule'>;
  triggers: TriggerStore;
}) => ({
  ensureLoop: makeEnsureLoop(deps),
  isLifecycleOpen: makeIsLifecycleOpen(deps),
  recordTrigger: makeRecordTrigger(deps),
});
export type LoopActivities = ReturnType<typeof createLoopActivities>;
