import type { BundleOptions } from '@temporalio/worker';
import { codeFile } from '../../code.js';

/** Options of `bundleWorkflowCode` that every bundle of our workflows needs. */
export const workflowBundleOptions = (): Pick<
  BundleOptions,
  'workflowInterceptorModules' | 'payloadConverterPath'
> => ({
  workflowInterceptorModules: [codeFile('workers/interceptors/workflows')],
  payloadConverterPath: codeFile('workflows/payload-converter'),
});
