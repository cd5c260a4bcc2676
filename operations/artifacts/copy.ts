import { z } from 'zod';
import { ArtifactRef } from '../../contracts/artifacts.js';
import { text } from '../../contracts/primitives/text.js';

import { defineOperation } from '../operation.js';

const allowed = 'an s3://bucket/key address';

export const copy = defineOperation({
  name: 'artifacts.copy',
  summary:
    'Copy an object of the object store, which anybody may change, into the content-addressed artifacts',
  who: ['data-scientist', 'ml-engineer', 'data-engineer'],
  effect: 'write',
  input: z.strictObject({
    address: text(2_000)
      .regex(/^s3:\/\/[^/]+\/.+/, allowed)
      .describe(`The object: ${allowed}, in a bucket that the installation allows.`),
    mediaType: text(200).describe('Media type to record, e.g. application/vnd.apache.parquet.'),
  }),
  output: ArtifactRef,
  http: { method: 'POST', path: '/v1/artifact-copies' },
  run: async (services, { address, mediaType }) =>
    (await services.storage()).importObject(address, mediaType),
});
