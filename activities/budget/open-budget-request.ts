import type { ApprovalInput } from '../../contracts/approval.js';
import { BudgetExtensionInput, type BudgetRequest } from '../../contracts/budget-extension.js';
import { leftOf, say } from '../../contracts/budget-arithmetic.js';
import { digestOf } from '../../contracts/digest.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { budgetSubject } from '../../contracts/ids.js';
import { durationMs } from '../../contracts/spec/units.js';
import type { Ledger, Shortage } from '../ports/ledger.js';
import type { Registry } from '../ports/registry.js';

/** Markdown for the approver: the figures, and what a yes does. */
const summaryOf = ({ figures, proposed, waiting, wanted }: Shortage): string =>
  [
    '| | |',
    '|:--|:--|',
    `| limit now | ${say(figures.limits)} |`,
    `| settled | ${say(figures.settled, figures.limits)} |`,
    `| reserved by running jobs | ${say(figures.reserved, figures.limits)} |`,
    `| left | ${say(leftOf(figures))} |`,
    `| ${waiting} waiting job(s) may cost | ${say(wanted, figures.limits)} |`,
    `| **limit after a yes** | **${say(proposed)}** |`,
    '',
    'A no, or no decision in time, ends the jobs that wait with `BudgetExhausted`. Jobs that run are left alone.',
  ].join('\n');

/**
 * Prepare the question to people whether an account may be extended: the figures, who may vote by the rules of the model
 * whose job waits, and the limits that a yes sets.
 *
 * Idempotent by (account, generation). Short: no heartbeat.
 *
 * @returns null when nothing needs to be asked any more: the limits are others by now, or what waits fits
 * @throws ApplicationFailure `SpecNotFound`, `InvalidInput` (never retried)
 */
export function makeOpenBudgetRequest({
  ledger,
  registry,
}: {
  ledger: Ledger;
  registry: Pick<Registry, 'loadSpec' | 'run'>;
}) {
  return async function openBudgetRequest(input: BudgetExtensionInput): Promise<BudgetRequest> {
    const { model, run, specDigest, account, generation } = parseOrFail(BudgetExtensionInput, input);
    const shortage = await ledger.shortage(account, generation);
    if (!shortage) return { request: null };
    const [packed, started] = await Promise.all([registry.loadSpec(specDigest), registry.run(model, run)]);
    if (!packed)
      throw fail(
        FailureType.SpecNotFound,
        `spec ${specDigest} is not recorded: nobody can be asked to extend budget "${account}". Raise it with mainspring budget set ${account}`,
      );
    const { approval, charter } = packed.spec;
    const asked = await ledger.openRequest(account, generation, shortage.proposed);
    const evidence = { account, generation, figures: shortage.figures, proposed: shortage.proposed };
    const request: ApprovalInput = {
      model,
      run,
      specDigest,
      about: 'budget',
      subject: `${budgetSubject(account)}/${generation}`,
      version: asked,
      evidenceDigest: digestOf(evidence),
      quorum: approval.quorum,
      owners: charter.owners,
      startedBy: started?.startedBy ?? '',
      separation: approval.separation,
      expiresAt: new Date(Date.now() + durationMs(approval.expires)).toISOString(),
      summary: summaryOf(shortage),
      decisions: [],
    };
    return { request };
  };
}
