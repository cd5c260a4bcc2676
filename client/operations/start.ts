import { randomBytes } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { FailureType } from '../../contracts/failures.js';
import { RunId, lifecycleId } from '../../contracts/ids.js';
import type { LifecycleInput } from '../../contracts/lifecycle.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import { MainspringError } from '../errors.js';
import { packSpec } from '../pack/pack-spec.js';
import { sourceOverrides } from '../pack/source-overrides.js';
import type { Services } from '../services/services.js';
import { specOrRefuse } from '../spec/check.js';
import { nearest } from '../spec/problems.js';
import { unreachableQuorum } from '../spec/quorum.js';
import { toInstant } from './instant.js';

export interface StartOptions {
  /** Who starts it; with `approval.separation` this person has no vote. */
  by: string;
  reason?: string;
  /** The lifecycle knows nothing of this instant of event time or later, e.g. `2001-02-01`. Default: now. */
  asOf?: string;
  /** Unique within the model; made from asOf when it is left out. */
  run?: string;
  /** Files or `s3://` addresses that take the place of declared sources, by name. */
  sources?: Record<string, string>;
}

export interface Started {
  model: string;
  run: string;
  workflowId: string;
  asOf: string;
  specDigest: string;
}

/**
 * Check a model file, make it self-contained, record it and start a lifecycle. What is refused is refused before anything
 * is written; objects that were uploaded before a server went away are content-addressed and harm nobody.
 *
 * @throws MainspringError `refused`, `not-found`, `unreachable`
 */
export async function start(services: Services, modelFile: string, options: StartOptions): Promise<Started> {
  const spec = await specOrRefuse(modelFile);
  const sources = await sourceOverrides(spec, options.sources ?? {});
  refuseIfNobodyMayApprove(spec, options.by);
  const asOf = options.asOf === undefined ? new Date().toISOString() : toInstant(options.asOf);
  const run = toRunId(options.run, asOf);

  const [database, temporal, storage] = await Promise.all([
    services.database(),
    services.temporal(),
    services.storage(),
  ]);
  const workflowId = lifecycleId(spec.model, run);
  if (await database.registry.run(spec.model, run)) throw runExists(spec.model, run);
  await refuseUnknownAccount(services, spec);

  const { packed, digest } = await packSpec(modelFile, spec, storage, sources);
  await database.registry.saveSpec(digest, packed);
  const input: LifecycleInput = {
    model: spec.model,
    run,
    specDigest: digest,
    asOf,
    startedBy: options.by,
    reason: options.reason ?? 'started by hand',
    triggerId: null,
    history: null,
    reuseHyperparameters: false,
  };
  try {
    await temporal.client.workflow.start('lifecycle', {
      workflowId,
      taskQueue: TaskQueue.control,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `Lifecycle of ${spec.model} ${run}: ${input.reason}`,
      typedSearchAttributes: [
        { key: SearchAttribute.Model, value: spec.model },
        { key: SearchAttribute.SpecDigest, value: digest },
      ],
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw runExists(spec.model, run);
    throw error;
  }
  return { model: spec.model, run, workflowId, asOf, specDigest: digest };
}

const runExists = (model: string, run: string): MainspringError =>
  new MainspringError(
    'refused',
    `run "${run}" of ${model} exists already: a run id is used once`,
    `Follow it with \`mainspring watch ${model}/${run}\`, or start another one with --run.`,
    { type: FailureType.VersionConflict, model, run },
  );

function refuseIfNobodyMayApprove({ approval, charter }: ModelSpec, by: string): void {
  if (!approval.separation) return;
  const unreachable = unreachableQuorum(approval.quorum, charter.owners, by);
  if (!unreachable) return;
  throw new MainspringError(
    'refused',
    `approval ${unreachable.message}, because "${by}" starts the lifecycle and must not approve it (approval.separation)`,
    'Let somebody else start it (--by), name more owners in the charter, or set approval.separation to false.',
  );
}

/** Otherwise each trial would fail of it, after the data was prepared. */
async function refuseUnknownAccount(services: Services, { training }: ModelSpec): Promise<void> {
  const account = training.budget?.account;
  if (account === undefined) return;
  const { books } = await services.database();
  if (await books.exists(account)) return;
  const known = (await books.accounts())
    .map((view) => view.account)
    .filter((name) => !name.startsWith('run/'));
  const near = nearest(account, known);
  throw new MainspringError(
    'refused',
    `training.budget.account is "${account}", and there is no such account`,
    `${near ? `Did you mean "${near}"? ` : ''}Accounts: ${known.join(', ') || 'none'}. Make it: mainspring budget set ${account} --gpu-hours N`,
    known,
  );
}

function toRunId(text: string | undefined, asOf: string): string {
  const run = text ?? `${asOf.slice(0, 10)}-${randomBytes(2).toString('hex')}`;
  if (RunId.safeParse(run).success) return run;
  throw new MainspringError(
    'usage',
    `run "${run}" is not a run id`,
    'Use lower-case letters, digits and dashes, 3–63 characters, e.g. 2001-02-01-first.',
  );
}
