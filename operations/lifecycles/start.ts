import { z } from 'zod';
import type { ArtifactRef } from '../../contracts/artifacts.js';
import { digestOf } from '../../contracts/digest.js';
import type { LifecycleInput } from '../../contracts/lifecycle.js';
import { PackedSpec } from '../../contracts/spec/model-spec.js';
import { uploadedSources } from '../../contracts/spec/source.js';
import { actor } from '../caller.js';
import { MainspringError } from '../errors.js';
import { reason } from '../fields.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { WorkflowExists } from '../ports/workflows.js';
import { Prepared, checkStart, runExists, startFields } from './prepare.js';

const Input = z.strictObject({
  packed: PackedSpec.describe(
    'The spec with its SQL, and its code, environment and sources as stored artifacts.',
  ),
  ...startFields,
  reason: reason.optional(),
});

export const Started = z.strictObject({ ...Prepared.shape, specDigest: z.string() });
export type Started = z.infer<typeof Started>;

/**
 * @throws MainspringError `refused` unless the packed spec holds exactly the files that its spec names, and all are
 * stored
 */
async function refuseIncomplete(services: Services, { spec, sql, ...packed }: PackedSpec): Promise<void> {
  const refuse = (message: string, remedy: string) => new MainspringError('refused', message, remedy);
  const same = (found: Record<string, unknown>, wanted: string[], what: string): void => {
    const [found_, wanted_] = [Object.keys(found), wanted].map((names) =>
      [...new Set(names)].sort().join(', '),
    );
    if (found_ !== wanted_)
      throw refuse(
        `packed.${what} has ${found_ || 'nothing'}, allowed: ${wanted_}`,
        'Pack the model file again with this version of the client.',
      );
  };
  same(sql, [spec.data.clean, spec.features.sql], 'sql');
  same(packed.sources, uploadedSources(spec), 'sources');
  const { artifacts } = await services.storage();
  const named: [string, ArtifactRef][] = [
    ['code', packed.code],
    ['environment', packed.environment],
    ...Object.entries(packed.sources).map(([name, ref]): [string, ArtifactRef] => [`sources.${name}`, ref]),
  ];
  await Promise.all(
    named.map(async ([what, ref]) => {
      const stored = await artifacts.find(ref.sha256);
      if (stored?.uri === ref.uri && stored.bytes === ref.bytes) return;
      throw refuse(
        `packed.${what} is ${ref.uri} of ${ref.bytes} bytes, and ${stored ? `${stored.uri} of ${stored.bytes} bytes is stored` : 'nothing of this digest is stored'}`,
        `Upload it first: PUT /v1/artifacts/${ref.sha256}`,
      );
    }),
  );
}

async function startLifecycle(
  services: Services,
  { packed, asOf, run, reason: why = 'started by hand' }: z.output<typeof Input>,
  startedBy: string,
): Promise<Started> {
  const { spec } = packed;
  const prepared = await checkStart(services, spec, { by: startedBy, asOf, run });
  await refuseIncomplete(services, packed);
  const specDigest = digestOf(packed);
  const { registry } = await services.records();
  await registry.saveSpec(specDigest, packed);
  const input: LifecycleInput = {
    model: spec.model,
    run: prepared.run,
    specDigest,
    asOf: prepared.asOf,
    startedBy,
    reason: why,
    triggerId: null,
    history: null,
    reuseHyperparameters: false,
  };
  const workflows = await services.workflows();
  try {
    await workflows.start({
      type: 'lifecycle',
      id: prepared.workflowId,
      input,
      summary: `Lifecycle of ${spec.model} ${prepared.run}: ${why}`,
      attributes: { model: spec.model, specDigest },
    });
  } catch (error) {
    if (error instanceof WorkflowExists) throw runExists(spec.model, prepared.run);
    throw error;
  }
  return { ...prepared, specDigest };
}

export const start = defineOperation({
  name: 'lifecycles.start',
  summary: 'Check a packed spec, record it, and start a lifecycle',
  who: ['data-scientist', 'ml-engineer'],
  effect: 'write',
  input: Input,
  output: Started,
  errors: {
    usage: 'The run id or `asOf` cannot be read.',
    refused: 'As for `lifecycles.prepare`, or an artifact of the packed spec is not stored.',
  },
  http: { method: 'POST', path: '/v1/lifecycles' },
  run: (services, input, caller) => startLifecycle(services, input, actor(caller, input.by)),
});
