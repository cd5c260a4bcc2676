import { APPROVAL_SUBJECTS } from '../../contracts/approval-subjects/index.js';
import type { ApprovalInput } from '../../contracts/approval.js';
import { BudgetExtensionInput, type BudgetRequest } from '../../contracts/budget-extension.js';
import { leftOf, say } from '../../contracts/budget-arithmetic.js';
import { digestOf } from '../../contracts/digest.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { budgetSubject } from '../../contracts/ids.js';
import type { Ledger, Shortage } from '../ports/ledger.js';
import type { Registry } from '../ports/registry.js';

/** Markdown for the approver: the figures, and the effect of an approval. */
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
 * Prepare the question whether an account may be extended: the figures, the people who may vote (by the rules of
 * the waiting job's model), and the limits that an approval sets.
 *
 * Idempotent by (account, generation). Short: no heartbeat.
 *
 * @returns null if no question is needed: the limits changed since, or the waiting jobs fit now
 * @throws MainspringFailure `SpecNotFound`, `InvalidInput` (never retried)
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
        `spec ${specDigest} is not recorded: nobody can be asked to extend budget "${account}"`,
        { remedy: `Raise it with mainspring budget set ${account}.` },
      );
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
      ...APPROVAL_SUBJECTS.budget.deciders(packed.spec, Date.now()),
      startedBy: started?.startedBy ?? '',
      summary: summaryOf(shortage),
      decisions: [],
    };
    return { request };
  };
}
