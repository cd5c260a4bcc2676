/** Intent and owner: the names of an intent's objects and jobs are computed from these two. */
export interface Lease {
  intent: string;
  /**
   * The installation that owns the intent; part of the name of its head and of its job keys. Absent for an intent that an
   * earlier version began: its names stay as they were, so that its jobs are found and not paid twice.
   */
  engineId?: string;
}
