// Part of the workflow bundle, so it runs in the sandbox. Without it a MainspringFailure would fail the workflow
// task, which is retried for ever, instead of the workflow.
import type { WorkflowInboundCallsInterceptor, WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { openRetries } from './retries.js';
import { toTemporal, translated } from './to-temporal.js';

export const interceptors: WorkflowInterceptorsFactory = () => {
  const retries = openRetries();
  return {
    ...retries.interceptors,
    inbound: [failures(retries.receive)],
  };
};

/** @param begin is called before the workflow begins */
const failures = (begin: () => void): WorkflowInboundCallsInterceptor => ({
  execute: (input, next) =>
    translated(() => {
      begin();
      return next(input);
    }),
  handleSignal: (input, next) => translated(() => next(input)),
  handleUpdate: (input, next) => translated(() => next(input)),
  handleQuery: (input, next) => translated(() => next(input)),
  validateUpdate: (input, next) => {
    try {
      next(input);
    } catch (error) {
      throw toTemporal(error);
    }
  },
});
