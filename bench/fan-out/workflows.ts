export { study } from '../../workflows/study/study.js';
export { trainingJob } from '../../workflows/training-job/training-job.js';
export { flat } from './flat.js';
