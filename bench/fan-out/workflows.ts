export { study } from '../../workflows/study.js';
export { trainingJob } from '../../workflows/training-job.js';
export { flat } from './flat.js';
