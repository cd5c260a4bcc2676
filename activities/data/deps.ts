import type { ArtifactStore } from '../ports/artifact-store.js';
import type { SourceObjects } from '../ports/source-objects.js';
import type { SpecReader } from '../ports/spec-reader.js';
import type { SqlEngine } from '../ports/sql-engine.js';
import type { StepStore } from '../ports/step-store.js';

/** Dependencies of the data activities. */
export interface DataDeps {
  specs: SpecReader;
  artifacts: ArtifactStore;
  steps: StepStore;
  sql: SqlEngine;
  /** Objects that sources of the spec name by a pattern. */
  sourceObjects: SourceObjects;
  /** Folder for temporary files. They are removed when the activity ends. */
  scratchDir: string;
}
