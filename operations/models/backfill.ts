import { z } from 'zod';
import { Table } from '../../contracts/artifacts.js';
import type { BackfillInput } from '../../contracts/backfill.js';
import { backfillId } from '../../contracts/ids.js';
import { MainspringError } from '../errors.js';
import { instantText, modelName } from '../fields.js';
import { findModel } from '../lookup/find-run.js';
import { toInstant } from '../lookup/instant.js';
import { defineOperation } from '../operation.js';
import { whileWanted } from '../while-wanted.js';
import type { Services } from '../ports/services.js';

const Input = z.strictObject({
  model: modelName,
  from: instantText.describe('Rows from this instant of event time …'),
  to: instantText.describe('… to before this one.'),
});

/** `table.artifact` is a Parquet file. */
export const Backfilled = z.strictObject({ table: Table });
export type Backfilled = z.infer<typeof Backfilled>;

/** All digits of an instant, to the millisecond: two spans must not share an id. */
const compact = (instant: string): string => instant.replaceAll(/\D/g, '');

/**
 * Compute the features of a span. A second call with the same span and the same spec joins the first.
 *
 * @throws MainspringError `not-found`, `usage`; both before anything is started
 */
async function computeFeatures(
  services: Services,
  { model: name, ...options }: z.output<typeof Input>,
  signal: AbortSignal,
): Promise<Backfilled> {
  const model = await findModel(services, name);
  const rows = { from: toInstant(options.from), to: toInstant(options.to) };
  if (rows.from >= rows.to)
    throw new MainspringError('usage', `from ${rows.from} is not before to ${rows.to}`, 'Exchange them.');
  const { registry } = await services.records();
  const champion = await registry.aliased(model, 'champion');
  const [newest] = champion ? [] : await registry.runs({ model, limit: 1 });
  const specDigest = champion?.specDigest ?? newest?.specDigest;
  const packed = specDigest === undefined ? undefined : await registry.loadSpec(specDigest);
  if (specDigest === undefined || !packed)
    throw new MainspringError(
      'not-found',
      `model "${model}" has no run yet`,
      'Start one with `mainspring start`.',
    );

  const run = `backfill-${compact(rows.from)}-${compact(rows.to)}-${specDigest.slice(0, 12)}`;
  const input: BackfillInput = {
    model,
    run,
    specDigest,
    rows,
    asOf: rows.to,
    lookback: packed.spec.data.lookback,
  };
  const workflows = await services.workflows();
  const id = backfillId(model, run);
  await workflows.start({
    type: 'backfill',
    id,
    input,
    summary: `Features of ${model} from ${rows.from} to ${rows.to}`,
    reuse: 'use-existing',
  });
  return { table: Table.parse(await whileWanted(workflows.result(id), signal)) };
}

export const backfill = defineOperation({
  name: 'models.backfill',
  summary: "Features of the rows of a span, by the SQL of the champion's spec, or of the newest run's",
  who: 'anyone',
  effect: 'write',
  input: Input,
  output: Backfilled,
  errors: {
    'not-found': 'No model has this name, or it has no run yet.',
    usage: '`from` or `to` is no instant, or `from` is not before `to`.',
  },
  http: { method: 'POST', path: '/v1/models/{model}/backfills' },
  run: (services, input, _caller, signal) => computeFeatures(services, input, signal),
});
