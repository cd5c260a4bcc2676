import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { FailureType } from '../../contracts/failures.js';
import { RunId, lifecycleId } from '../../contracts/ids.js';
import { ModelSpec } from '../../contracts/spec/model-spec.js';
import { actor } from '../caller.js';
import { MainspringError } from '../errors.js';
import { text } from '../../contracts/primitives/text.js';
import { by, instantText } from '../fields.js';
import { toInstant } from '../lookup/instant.js';
import { nearest } from '../nearest.js';
import { defineOperation } from '../operation.js';
import type { Services } from '../ports/services.js';
import { showPath } from '../spec/path.js';
import { unreachableQuorum } from '../spec/quorum.js';
import { breaches } from '../spec/rules.js';

/** Input fields of `prepare` and `start` beside the spec. */
export const startFields = {
  by: by.describe(
    'Name of the person who starts the lifecycle. With approval.separation this person has no vote. Default: the caller.',
  ),
  asOf: instantText
    .optional()
    .describe('The lifecycle uses only data from before this instant of event time. Default: now.'),
  run: text(63).optional().describe('Run id, unique within the model. Default: made from asOf.'),
};

export const Prepared = z.strictObject({
  model: z.string(),
  run: z.string(),
  workflowId: z.string(),
  asOf: z.string(),
});
export type Prepared = z.infer<typeof Prepared>;

/**
 * Refuse every invalid start before anything is uploaded or written. All three servers are contacted, so that a start
 * does not fail half-way.
 *
 * @throws MainspringError `refused`, `usage`, `unreachable`
 */
export async function checkStart(
  services: Services,
  spec: ModelSpec,
  options: { by: string; asOf: string | undefined; run: string | undefined },
): Promise<Prepared> {
  refuseBreaches(spec);
  refuseIfNobodyMayApprove(spec, options.by);
  const asOf = options.asOf === undefined ? new Date().toISOString() : toInstant(options.asOf);
  const run = toRunId(options.run, asOf);
  const [records] = await Promise.all([services.records(), services.workflows(), services.storage()]);
  if (await records.registry.run(spec.model, run)) throw runExists(spec.model, run);
  await refuseUnknownAccount(services, spec);
  return { model: spec.model, run, workflowId: lifecycleId(spec.model, run), asOf };
}

export const runExists = (model: string, run: string): MainspringError =>
  new MainspringError(
    'refused',
    `run "${run}" of ${model} exists already: a run id is used once`,
    `Follow it with \`mainspring watch ${model}/${run}\`, or start another one with --run.`,
    { type: FailureType.VersionConflict, model, run },
  );

/** Faults that are named at most. `mainspring spec check` names all. */
const MAX_BREACHES = 20;

function refuseBreaches(spec: ModelSpec): void {
  const shown = breaches(spec)
    .slice(0, MAX_BREACHES)
    .map(({ path, message, remedy }) => ({ path: showPath(path), message, remedy }));
  const [first] = shown;
  if (!first) return;
  throw new MainspringError(
    'refused',
    shown.map(({ path, message }) => `${path}: ${message}`).join('; '),
    first.remedy,
    shown,
  );
}

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

/**
 * Refuses an account that does not exist. Otherwise each trial would fail because of it, after the data were
 * prepared.
 */
async function refuseUnknownAccount(services: Services, { training }: ModelSpec): Promise<void> {
  const account = training.budget?.account;
  if (account === undefined) return;
  const { books } = await services.records();
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

export const prepare = defineOperation({
  name: 'lifecycles.prepare',
  summary: 'Check a start before anything is uploaded, and choose the run id',
  who: 'anyone',
  effect: 'read',
  input: z.strictObject({ spec: ModelSpec.describe('The model file, parsed.'), ...startFields }),
  output: Prepared,
  errors: {
    usage: 'The run id or `asOf` cannot be read.',
    refused:
      'The spec breaks a rule, the run id is taken, nobody could approve, or the budget account does not exist.',
  },
  http: { method: 'POST', path: '/v1/lifecycles/prepare' },
  run: (services, { spec, by: stated, asOf, run }, caller) =>
    checkStart(services, spec, { by: actor(caller, stated), asOf, run }),
});
