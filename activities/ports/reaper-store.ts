import type { BackendName } from '../../contracts/spec/training.js';
import type { Finding, ReaperAction, Sighting } from '../../contracts/reaper.js';

/** An attempt in a final state. */
export interface EndedAttempt {
  jobKey: string;
  intent: string;
  attempt: number;
}

/** Sightings and actions of the reaper. */
export interface ReaperStore {
  /** Sightings of earlier passes that have been seen without interruption. */
  sightings(): Promise<Sighting[]>;
  /**
   * Record the findings of a pass. Earlier findings that are missing now are forgotten, unless their backend did
   * not answer.
   */
  see(findings: Finding[], unreachable: BackendName[], at: Date): Promise<Sighting[]>;
  /**
   * Begin an action, once per sighting.
   *
   * @param by workflow that may begin the action again, because its activity may be delivered twice
   * @param staleBefore an unfinished action that was begun before this time may be taken over
   */
  begin(sighting: Sighting, by: string, at: Date, staleBefore: Date): Promise<boolean>;
  /** Record the outcome of an action. The sighting is then closed. */
  finish(sighting: Sighting, outcome: string, at: Date): Promise<void>;
  /** Record an action that needs no sighting. Idempotent by (kind, subject). */
  record(kind: string, subject: string, reason: string, at: Date): Promise<void>;
  /** Newest first. */
  actions(limit: number): Promise<ReaperAction[]>;
  /** Attempts that ended before a time and have no recorded action of this kind; the oldest end first. */
  endedWithout(kind: string, endedBefore: Date, limit: number): Promise<EndedAttempt[]>;
  /** The attempts, of the given ones, that succeeded before the first time or ended otherwise before the second. */
  endedBefore(jobKeys: string[], succeeded: Date, others: Date): Promise<{ jobKey: string; state: string }[]>;
}

/** Folders of attempts on this machine, or on the disk that the machines of a cluster share. */
export interface JobFolders {
  list(): Promise<string[]>;
  remove(jobKey: string): Promise<void>;
}
