import type { ApprovalSpec } from '../spec/approval.js';
import type { Charter } from '../spec/charter.js';
import { durationMs } from '../primitives/duration.js';

/** The recorded approval as its texts need it. */
export interface Asked {
  model: string;
  run: string;
  version: number;
  /** Text that identifies the subject, e.g. `flight-delay/3`. */
  subject: string;
}

/** The people who may decide, and until when. */
export interface Deciders {
  quorum: ApprovalSpec['quorum'];
  owners: Charter['owners'];
  separation: boolean;
  /** Absolute time. */
  expiresAt: string;
}

/** The parts of a model's spec that name the people. */
export interface Rules {
  approval: ApprovalSpec;
  charter: Pick<Charter, 'owners'>;
}

/** One kind of thing that people decide on. */
export interface ApprovalSubject<Name extends string = string> {
  name: Name;
  /** The decision, in one sentence. */
  summary: string;
  /** The evidence that the approver sees, in words. */
  shows: string;
  /** The people who decide by default, in words. */
  decided: string;
  deciders: (rules: Rules, nowMs: number) => Deciders;
  /** First part of the subject's text, before a slash; null for `<model>/<version>`. */
  prefix: string | null;
  /** True when it is about a model version: its metrics and gates are shown, and model or run name the approval. */
  aboutVersion: boolean;
  /** The question, as a heading. */
  question: (subject: string) => string;
  /** Title in lists, e.g. `flight-delay version 3`. */
  title: (asked: Asked) => string;
  /** Short name in the answer to a vote. */
  label: (asked: Asked) => string;
  /** Command that shows the evidence, without `mainspring`. */
  evidence: (asked: Asked) => string;
  /** The consequence of each end, without a full stop. */
  consequences: { approved: string; refused: string; expired: string; lapsed: string };
}

/** Declare a subject. The folder's generated record finds it by its file. */
export const defineApprovalSubject = <const Name extends string>(
  subject: ApprovalSubject<Name>,
): ApprovalSubject<Name> => subject;

/** The people that the model's own spec names. */
export const decidersOfModel = ({ approval, charter }: Rules, nowMs: number): Deciders => ({
  quorum: approval.quorum,
  owners: charter.owners,
  separation: approval.separation,
  expiresAt: new Date(nowMs + durationMs(approval.expires)).toISOString(),
});
