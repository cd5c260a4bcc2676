import type { ArtifactStore } from '../ports/artifact-store.js';
import type { SpecReader } from '../ports/spec-reader.js';
import type { SqlEngine } from '../ports/sql-engine.js';
import type { StepStore } from '../ports/step-store.js';

/** What the activities of the data zone work with. */
export interface DataDeps {
  specs: SpecReader;
  artifacts: ArtifactStore;
  steps: StepStore;
  sql: SqlEngine;
  /** Folder for files of a running activity; they are gone when it ends. */
  scratchDir: string;
}
