import {
  CancellationScope,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { z } from 'zod';
import { FailureType, fail } from '../../contracts/failures.js';
import {
  type CanaryEvidence,
  OperatorNote,
  type ReleaseInput,
  type ReleaseState,
  abortRelease,
  pauseRelease,
  releaseState,
  resumeRelease,
} from '../../contracts/release.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';
import { releaseDetails } from './release-details.js';
import { forTemporal } from '../for-temporal.js';

/** Keeps the visible state of a release up to date, and lets operators pause or abort it. */
export interface ReleaseTracker {
  readonly state: ReleaseState;
  enter(stage: ReleaseState['stage'], why: string): void;
  /** Sets the reason why the release waits, and the newest figures. */
  note(why: string, evidence?: CanaryEvidence): void;
  setChampion(version: number | null): void;
  setShare(share: number): void;
  /**
   * Runs `work` until it ends. If an operator aborts, `work` is cancelled and `aborted` holds who aborted and why.
   */
  abortable<T>(work: () => Promise<T>): Promise<T>;
  readonly aborted: OperatorNote | null;
  /** Total time of all pauses, in milliseconds. */
  pausedMs(): number;
}

const said = ({ by, reason }: OperatorNote): string => `${by}: ${reason}`;

function parseNote(sent: unknown): OperatorNote {
  const note = OperatorNote.safeParse(sent);
  if (note.success) return note.data;
  throw fail(
    FailureType.InvalidInput,
    `expected {"by": "you", "reason": "why"}: ${z.prettifyError(note.error)}`,
  );
}

export function trackRelease(input: ReleaseInput): ReleaseTracker {
  const state: ReleaseState = { stage: 'loading', paused: false, share: 0, evidence: null, why: 'starting' };
  const scope = new CancellationScope();
  let champion: number | null = null;
  let aborted: OperatorNote | null = null;
  let pausedAt = 0;
  let pausedMs = 0;

  const show = () => setCurrentDetails(releaseDetails(input, state, champion));
  const refuse = (why: string) => fail(FailureType.InvalidInput, why);
  const mustBeOpen = (): void => {
    if (aborted) throw refuse(`it was aborted by ${said(aborted)}`);
    if (!['loading', 'warming', 'canary'].includes(state.stage))
      throw refuse(`it is ${state.stage}: only a release that is loading, warming or canary can be steered`);
  };

  setHandler(forTemporal(releaseState), () => state, {
    description: 'Stage, share, figures and what it waits for.',
  });
  // An update answers with a copy: the state may change once more before the answer is sent.
  setHandler(
    forTemporal(pauseRelease),
    (note) => {
      state.paused = true;
      pausedAt = Date.now();
      state.why = `paused by ${said(note)}`;
      show();
      return { ...state };
    },
    {
      description: 'Hold it where it is; guardrails still roll back. {"by": "you", "reason": "why"}',
      validator: (note) => {
        parseNote(note);
        mustBeOpen();
        if (state.paused) throw refuse('it is paused already: resume or abort it');
      },
    },
  );
  setHandler(
    forTemporal(resumeRelease),
    (note) => {
      state.paused = false;
      pausedMs += Date.now() - pausedAt;
      state.why = `resumed by ${said(note)}`;
      show();
      return { ...state };
    },
    {
      description: 'Go on after a pause. {"by": "you", "reason": "why"}',
      validator: (note) => {
        parseNote(note);
        mustBeOpen();
        if (!state.paused) throw refuse('it is not paused');
      },
    },
  );
  setHandler(
    forTemporal(abortRelease),
    (note) => {
      aborted = note;
      state.why = `aborted by ${said(note)}`;
      show();
      scope.cancel();
      return { ...state };
    },
    {
      description: 'Roll back now; the champion serves on. {"by": "you", "reason": "why"}',
      validator: (note) => {
        parseNote(note);
        mustBeOpen();
      },
    },
  );
  upsertSearchAttributes([
    { key: SearchAttribute.Model, value: input.model },
    { key: SearchAttribute.SpecDigest, value: input.specDigest },
  ]);

  return {
    state,
    enter: (stage, why) => {
      state.stage = stage;
      state.why = why;
      if (stage === 'promoted' || stage === 'rolled-back') state.paused = false;
      upsertSearchAttributes([{ key: SearchAttribute.Stage, value: stage }]);
      show();
    },
    note: (why, evidence) => {
      if (!state.paused) state.why = why;
      if (evidence) state.evidence = evidence;
      show();
    },
    setChampion: (version) => {
      champion = version;
    },
    setShare: (share) => {
      state.share = share;
    },
    abortable: (work) => scope.run(work),
    get aborted() {
      return aborted;
    },
    pausedMs: () => pausedMs + (state.paused ? Date.now() - pausedAt : 0),
  };
}
