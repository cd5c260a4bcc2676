import { Context } from '@temporalio/activity';
import { parseOrFail } from '../../contracts/failures.js';
import { BuildEnvironmentInput } from '../../contracts/job-lease.js';
import { heartbeating } from './heartbeating.js';
import type { TrainingDeps } from './deps.js';

/**
 * Build the trainer's Python environment from its lock file, once per digest and machine.
 *
 * Idempotent by the digest of the lock file; concurrent builders wait for one build. Heartbeats; an interrupted
 * build starts from the beginning.
 *
 * @throws MainspringFailure `EnvironmentBroken` with pip's last lines, `ArtifactMissing`, `InvalidInput` (never
 * retried)
 */
export function makeBuildEnvironment({ environments }: Pick<TrainingDeps, 'environments'>) {
  return async function buildEnvironment(input: BuildEnvironmentInput): Promise<void> {
    const { environment } = parseOrFail(BuildEnvironmentInput, input);
    await heartbeating(
      () => 'installing',
      () => environments.ensure(environment, Context.current().cancellationSignal),
    );
  };
}
