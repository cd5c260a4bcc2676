/** Tables of migration 0004. */
export interface ReaperTables {
  reaper_sightings: {
    kind: string;
    subject: string;
    backend: string | null;
    intent: string | null;
    attempt: number | null;
    action: string;
    reason: string;
    first_seen: Date;
    last_seen: Date;
  };
  reaper_actions: {
    id: string;
    kind: string;
    subject: string;
    reason: string;
    /** Workflow id of the reaper that takes the action. */
    by: string;
    begun_at: Date;
    done_at: Date | null;
    outcome: string | null;
  };
}
