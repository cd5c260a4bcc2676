/** One task queue per worker pool. Workflows run on `control`; the other pools run activities only. */
export const TaskQueue = {
  control: 'mainspring-control',
  data: 'mainspring-data',
  training: 'mainspring-training',
  evaluation: 'mainspring-evaluation',
  deployment: 'mainspring-deployment',
} as const;
export type TaskQueue = (typeof TaskQueue)[keyof typeof TaskQueue];
export type Pool = keyof typeof TaskQueue;
