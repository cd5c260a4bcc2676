import type { BackendName } from '../../contracts/spec/training.js';
import type { Finding, ReaperAction, Sighting } from '../../contracts/reaper.js';

/** What the reaper saw and did. */
export interface ReaperStore {
  /** Sightings of earlier passes that were seen without a break. */
  sightings(): Promise<Sighting[]>;
  /**
   * Write down what a pass found. What an earlier pass found and this one did not is forgotten, unless its backend could
   * not be asked.
   */
  see(findings: Finding[], unreachable: BackendName[], at: Date): Promise<Sighting[]>;
  /**
   * Take an action, once for each sighting, whoever asks.
   *
   * @param by may take it again: its activity is delivered twice
   * @param staleBefore an action that was begun before and never finished may be taken over
   */
  begin(sighting: Sighting, by: string, at: Date, staleBefore: Date): Promise<boolean>;
  /** Record what came of it; the sighting is over. */
  finish(sighting: Sighting, outcome: string, at: Date): Promise<void>;
  /** Record an action that needs no sighting. Idempotent by (kind, subject). */
  record(kind: string, subject: string, reason: string, at: Date): Promise<void>;
  /** Newest first. */
  actions(limit: number): Promise<ReaperAction[]>;
  /** Of these attempts, those that are over: succeeded before the one, otherwise ended before the other. */
  settledBefore(
    jobKeys: string[],
    succeeded: Date,
    others: Date,
  ): Promise<{ jobKey: string; state: string }[]>;
}

/** Folders of attempts on this machine, or on the disk that the machines of a cluster share. */
export interface JobFolders {
  list(): Promise<string[]>;
  remove(jobKey: string): Promise<void>;
}
