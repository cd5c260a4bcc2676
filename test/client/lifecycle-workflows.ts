/** The lifecycle and its approval as they are; data, training and release as fakes. */
export { approval } from '../../workflows/approval.js';
export { lifecycle } from '../../workflows/lifecycle.js';
export { dataPipeline, release, study, trainingJob } from '../workflows/fakes/lifecycle-children.js';
