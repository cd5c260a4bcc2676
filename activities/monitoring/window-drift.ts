import type { ReferenceColumn, ReferenceProfile } from '../../contracts/evaluation.js';
import type { DriftedValues } from '../../contracts/monitor.js';
import type { MonitoringSpec } from '../../contracts/spec/monitoring.js';
import { fractionOf } from '../../contracts/primitives/share.js';
import { binCount, binSql } from '../drift/bins.js';
import { psi, shares } from '../drift/psi.js';
import { quoted } from '../../contracts/sql-text.js';
import { categoricalDrift, named } from './categorical-drift.js';
import { type LoggedRequests, featureColumn } from './request-log.js';

/** Name of the score among the columns. */
const SCORE = 'score';
/** Share of rows with one new value from which a column exceeds, if the spec names none. */
const NEW_VALUES = '1%';

export interface Drift {
  /** Column, or `score` → PSI against the reference; empty for an empty window. */
  psi: Record<string, number>;
  /** Text or boolean column, or `score` → values that came or went. */
  values?: Record<string, DriftedValues>;
  exceeded: string[];
}

export interface DriftScope {
  reference: ReferenceProfile;
  features: readonly string[];
  drift: MonitoringSpec['drift'];
  /** SQL expression of the predicted class, for a reference whose score is categorical. */
  predictedClass: string;
}

/** Measure the window's score and features against the frozen reference, each against its own frozen threshold. */
export async function windowDrift(requests: LoggedRequests, scope: DriftScope): Promise<Drift> {
  const drift: Drift = { psi: {}, exceeded: [] };
  if (requests.rows === 0) return drift;
  const { reference, features } = scope;
  const newValues = fractionOf(scope.drift.newValues ?? NEW_VALUES);
  const values: Record<string, DriftedValues> = {};

  const measure = async (name: string, at: { column: string; text: string }, column: ReferenceColumn) => {
    if (!('kind' in column)) {
      const counts = await requests.histogram(binSql(at.column, column.edges), binCount(column.edges));
      drift.psi[name] = psi(column.shares, shares(counts));
      if (drift.psi[name] > column.threshold) drift.exceeded.push(name);
      return;
    }
    const known = column.values.map(({ value }) => value);
    const found = categoricalDrift(column, await requests.values(at.text, known), newValues);
    drift.psi[name] = found.psi;
    if (found.exceeded) drift.exceeded.push(name);
    values[name] = found.values;
  };
  await measure(SCORE, { column: SCORE, text: scope.predictedClass }, reference.score);
  for (const column of reference.columns) {
    const logged = featureColumn(column.column);
    if (features.includes(column.column))
      await measure(column.column, { column: logged, text: quoted(logged) }, column);
  }
  const told = named(values, drift.exceeded);
  return Object.keys(told).length === 0 ? drift : { ...drift, values: told };
}
