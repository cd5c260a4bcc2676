/** What a lifecycle needs, with fakes for data, training and release, and the reaper. */
export { approval } from '../../../workflows/approval/approval.js';
export { lifecycle } from '../../../workflows/lifecycle/lifecycle.js';
export { reaper } from '../../../workflows/reaper/reaper.js';
export { dataPipeline, release, study, trainingJob } from '../../workflows/fakes/lifecycle-children.js';
