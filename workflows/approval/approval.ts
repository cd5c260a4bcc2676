import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { z } from 'zod';
import type { RegistryActivities } from '../../activities/registry/index.js';
import {
  ApprovalInput,
  type ApprovalState,
  Vote,
  approvalState,
  voteSignal,
  voteUpdate,
} from '../../contracts/approval.js';
import { FailureType, fail, parseOrFail } from '../../contracts/failures.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { TaskQueue } from '../../contracts/task-queues.js';
import { apply, closeUndecided, noteRefusal, open, refuse } from '../policy/approval.js';
import { ifPossible, recordAfterCancel } from '../after-cancel.js';
import { approvalDetails } from './approval-details.js';
import { forTemporal } from '../for-temporal.js';
import { onSignal } from '../on-signal.js';

/** The database may be away for days. A decision by people must not be lost because of that. */
const { recordApproval } = proxyActivities<RegistryActivities>({
  taskQueue: TaskQueue.control,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', maximumInterval: '1 minute', maximumAttempts: 10_000 },
});

const afterCancel = proxyActivities<RegistryActivities>(recordAfterCancel(TaskQueue.control));

/** Longest single timer. A later expiry is reached by several timers. */
const MAX_TIMER_MS = 20 * 86_400_000;

const now = (): string => new Date(Date.now()).toISOString();

/** A decision by a quorum of people. Ends APPROVED, REJECTED or EXPIRED, or LAPSED if the lifecycle is cancelled. */
export async function approval(raw: ApprovalInput): Promise<ApprovalState> {
  const input = parseOrFail(ApprovalInput, raw);
  const { workflowId } = workflowInfo();
  let state = open(input);
  let changes = 0;

  const change = (next: ApprovalState): void => {
    state = next;
    changes += 1;
    show(workflowId, input, state);
  };

  setHandler(forTemporal(approvalState), () => state, {
    description: 'Status, votes, missing roles and refused votes.',
  });
  setHandler(
    forTemporal(voteUpdate),
    (vote) => {
      change(apply(state, input, parseVote(vote), now()));
      return state;
    },
    {
      description:
        'Your vote: {"by": "name", "role": "ml-engineer", "verdict": "approve" or "reject", "evidenceDigest": "its first 8 characters or more", "note": ""}. A vote that breaks a rule is refused at once.',
      validator: (vote) => {
        const why = refuse(state, input, parseVote(vote), now());
        if (why !== undefined) throw fail(FailureType.VoteRefused, why);
      },
    },
  );
  onSignal(
    voteSignal,
    Vote,
    (vote) => {
      const before = state.votes.length;
      change(apply(state, input, vote, now()));
      if (state.votes.length === before) log.warn('vote refused', { ...state.refused.at(-1) });
    },
    {
      description: 'The same vote without an answer; a refused one is listed in query `state`.',
      ignored: (fault) => change(noteRefusal(state, 'unknown', fault, now())),
    },
  );
  tag(input, state);
  show(workflowId, input, state);

  try {
    await decide();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    change(closeUndecided(state, 'LAPSED'));
    await CancellationScope.nonCancellable(async () => {
      tag(input, state);
      await ifPossible('the lapsed approval is not recorded', () =>
        afterCancel.recordApproval({ id: workflowId, ...identity(input), state }),
      );
    });
    throw error;
  }
  return state;

  /** Records every change until there is a decision, including changes that arrive while another one is recorded. */
  async function decide(): Promise<void> {
    for (;;) {
      const recorded = changes;
      tag(input, state);
      await recordApproval({ id: workflowId, ...identity(input), state });
      while (changes === recorded) {
        if (state.status !== 'PENDING') return;
        const left = Date.parse(input.expiresAt) - Date.now();
        if (left <= 0) change(closeUndecided(state, 'EXPIRED'));
        else await condition(() => changes !== recorded, Math.min(left, MAX_TIMER_MS));
      }
    }
  }
}

const identity = ({ model, run, version }: ApprovalInput) => ({ model, run, version });

function parseVote(sent: unknown): Vote {
  const vote = Vote.safeParse(sent);
  if (vote.success) return vote.data;
  throw fail(FailureType.VoteRefused, `not a vote: ${z.prettifyError(vote.error)}`);
}

function show(workflowId: string, input: ApprovalInput, state: ApprovalState): void {
  setCurrentDetails(approvalDetails(workflowId, input, state));
}

function tag(input: ApprovalInput, state: ApprovalState): void {
  const roles = Object.keys(state.missing);
  const pending = state.status === 'PENDING';
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: input.model },
    { key: SearchAttribute.Stage, value: 'approval' },
    { key: SearchAttribute.ApprovalState, value: state.status },
    { key: SearchAttribute.ApproverRole, value: pending && roles.length > 0 ? roles.join(',') : null },
    { key: SearchAttribute.DueAt, value: new Date(input.expiresAt) },
  ]);
}
