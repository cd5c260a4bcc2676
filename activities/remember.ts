import type { z } from 'zod';
import { ArtifactRef } from '../contracts/artifacts.js';
import { digestOf } from '../contracts/digest.js';
import type { ArtifactStore } from './ports/artifact-store.js';
import type { StepStore } from './ports/step-store.js';
import { STEP_VERSIONS, type StepKind } from './step-versions.js';

/** Every artifact reference inside a value. */
export function artifactsIn(value: unknown): ArtifactRef[] {
  const parsed = ArtifactRef.safeParse(value);
  if (parsed.success) return [parsed.data];
  if (value === null || typeof value !== 'object') return [];
  const found = Object.values(value).flatMap(artifactsIn);
  return [...new Map(found.map((ref) => [ref.sha256, ref])).values()];
}

/**
 * Runs a content-addressed step once: the same kind, code version and inputs give the recorded output, after checking that
 * every object of it still exists. The key never contains the run, so that lifecycles share each other's work.
 *
 * @param step.engine version of the engine that does the work, e.g. DuckDB's. Default: the output depends on no engine
 */
export async function remember<S extends z.ZodType>(
  { steps, artifacts }: { steps: StepStore; artifacts: ArtifactStore },
  step: { kind: StepKind; engine?: string; model: string; run: string; inputs: unknown; output: S },
  produce: () => Promise<z.output<S>>,
): Promise<z.output<S>> {
  const version = STEP_VERSIONS[step.kind];
  const code = step.engine === undefined ? version : `${version} ${step.engine}`;
  const key = digestOf({ kind: step.kind, code, inputs: step.inputs });
  const known = step.output.safeParse(await steps.find(key));
  if (known.success) {
    const present = await Promise.all(artifactsIn(known.data).map((ref) => artifacts.exists(ref)));
    if (present.every(Boolean)) return known.data;
  }
  const startedAt = performance.now();
  const output = await produce();
  const recorded = await steps.record({
    key,
    kind: step.kind,
    model: step.model,
    run: step.run,
    inputs: step.inputs,
    output,
    artifacts: artifactsIn(output),
    durationMs: performance.now() - startedAt,
    replace: known.success,
  });
  return step.output.parse(recorded);
}
