import { join } from 'node:path';
import { inject } from 'vitest';
import { createRegistryActivities } from '../../../activities/registry/index.js';
import type { PackedSpec } from '../../../contracts/spec/model-spec.js';
import { openDatabase } from '../../../infra/adapters/postgres/database.js';
import { openRegistry } from '../../../infra/adapters/postgres/registry.js';
import { openArtifactStore } from '../../../infra/adapters/s3/artifact-store.js';
import { openS3 } from '../../../infra/adapters/s3/client.js';
import { type BothWays, openBothWays } from '../../client/ways.js';
import { type ClientHarness, clientHarness } from '../../support/client.js';
import { anEvaluation } from '../../support/fixtures.js';
import { workflowHarness } from '../../support/workflows.js';
import { gatewayWith } from './gateway-stage.js';

/** Everything behind the API and the command line: servers, workers, a gateway, and a run that waits for votes. */
export interface EngineStage {
  harness: ClientHarness;
  both: BothWays;
  /** The spec of the waiting run, as it was started. */
  packed: PackedSpec;
  close(): Promise<void>;
}

export const HELD = 'tiny/held';

/** Texts that name something here. */
export const KNOWN_NAMES = [
  'tiny',
  HELD,
  'held',
  `lifecycle/${HELD}`,
  `approval/${HELD}/1`,
  'tiny@champion',
  'tiny@1',
  `${HELD}/final-fit`,
  `run/${HELD}`,
  'desk',
  'local',
  'slurm',
  'a100',
  'ada',
  'maya',
  'tomas',
  '2001-02-01',
  '2001-02-01T06:00:00Z',
  'spec',
];

/** @param namespace of the workflows; no other test may use it */
export async function openEngine(namespace: string): Promise<EngineStage> {
  const { stage, server } = await gatewayWith((own) => own.version(1, 'champion'));
  const harness = await clientHarness(namespace);
  const workflows = await workflowHarness('test/abuse/doors/engine-workflows.ts', namespace);
  const { port } = server.server.address() as { port: number };
  const both = await openBothWays(harness, { MAINSPRING_GATEWAY_PORT: String(port) });
  const db = openDatabase(harness.postgresUrl);
  const s3 = inject('s3');
  const store = openArtifactStore(openS3(s3), s3.bucket, join(harness.folder, 'cache'));
  const report = await store.put('<h1>Evidence</h1>', 'text/html');
  const registry = openRegistry(db);
  const at = new Date().toISOString();
  const nothing = { census: { at, backends: [], jobs: [], more: 0, jobless: [] }, sightings: [], due: [] };
  const activities = {
    ...createRegistryActivities({ registry }),
    evaluateModels: async () => ({ ...anEvaluation(), report }),
    ensureLoop: async () => undefined,
    inspectJobs: async () => nothing,
    tidyFolders: async () => 0,
    recordEnds: async () => [],
  };
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const working = workflows.run(activities, () => ended);

  const { mainspring } = both.over.servers;
  const started = await mainspring.lifecycles.start(await harness.modelFile('held'), {
    by: 'ada',
    asOf: '2001-02-01',
    run: 'held',
  });
  await mainspring.budgets.set('desk', { by: 'ada', gpuHours: 5, reason: 'for the attack' });
  const packed = await registry.loadSpec(started.specDigest);
  if (!packed) throw new Error('the started spec is not recorded');
  return {
    harness,
    both,
    packed,
    close: async () => {
      end();
      await working;
      await both.close();
      await workflows.close();
      await db.destroy();
      await harness.close();
      await stage.close();
    },
  };
}
