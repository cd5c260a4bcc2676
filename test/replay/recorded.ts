import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('./histories/', import.meta.url);

/** Names of the recorded histories, e.g. `lifecycle.1.json`. */
export const recordedHistories = readdirSync(folder).filter((name) => name.endsWith('.json'));

interface Payloads {
  payloads?: { data: string }[];
}
export interface RecordedEvent {
  workflowExecutionStartedEventAttributes?: { workflowType: { name: string }; input?: Payloads };
  activityTaskScheduledEventAttributes?: { activityType: { name: string }; input?: Payloads };
  workflowExecutionSignaledEventAttributes?: { signalName: string; input?: Payloads };
  workflowExecutionUpdateAcceptedEventAttributes?: {
    acceptedRequest: { input: { name: string; args?: Payloads } };
  };
}

export const recordedEvents = (file: string): RecordedEvent[] =>
  (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { events: RecordedEvent[] }).events;

const firstOf = (input: Payloads | undefined): unknown => {
  const data = input?.payloads?.[0]?.data;
  return data === undefined ? undefined : JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
};

export interface RecordedInput {
  kind: 'workflow' | 'activity' | 'signal' | 'update';
  name: string;
  value: unknown;
  file: string;
}

/**
 * The argument of every workflow, activity, signal and update in the recorded histories. Calls without an argument
 * are left out.
 */
export function recordedInputs(): RecordedInput[] {
  const found = recordedHistories.flatMap((file) =>
    recordedEvents(file).flatMap((event): RecordedInput[] => {
      const workflow = event.workflowExecutionStartedEventAttributes;
      const activity = event.activityTaskScheduledEventAttributes;
      const signal = event.workflowExecutionSignaledEventAttributes;
      const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest.input;
      return [
        ...(workflow
          ? [{ kind: 'workflow' as const, name: workflow.workflowType.name, input: workflow.input }]
          : []),
        ...(activity
          ? [{ kind: 'activity' as const, name: activity.activityType.name, input: activity.input }]
          : []),
        ...(signal ? [{ kind: 'signal' as const, name: signal.signalName, input: signal.input }] : []),
        ...(update ? [{ kind: 'update' as const, name: update.name, input: update.args }] : []),
      ].map(({ kind, name, input }) => ({ kind, name, value: firstOf(input), file }));
    }),
  );
  return found.filter(({ value }) => value !== undefined);
}
