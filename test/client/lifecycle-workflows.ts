/** The real workflows of lifecycle and approval, with fakes for data, training and release. */
export { approval } from '../../workflows/approval/approval.js';
export { lifecycle } from '../../workflows/lifecycle/lifecycle.js';
export { dataPipeline, release, study, trainingJob } from '../workflows/fakes/lifecycle-children.js';
