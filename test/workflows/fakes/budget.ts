export { approval } from '../../../workflows/approval.js';
export { budgetExtension } from '../../../workflows/budget-extension.js';
export { trainingJob } from '../../../workflows/training-job.js';
