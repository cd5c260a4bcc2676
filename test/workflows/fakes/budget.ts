export { approval } from '../../../workflows/approval/approval.js';
export { budgetExtension } from '../../../workflows/budget-extension/budget-extension.js';
export { trainingJob } from '../../../workflows/training-job/training-job.js';
