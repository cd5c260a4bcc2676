import type { Kysely, Selectable } from 'kysely';
import { EvaluationResult } from '../../../contracts/evaluation.js';
import { type Alias, RegisterVersionInput, VersionView } from '../../../contracts/registry.js';
import type { Database } from './schema.js';

export async function currentAlias(
  db: Kysely<Database>,
  model: string,
  alias: Alias,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('aliases')
    .select('version')
    .where('model', '=', model)
    .where('alias', '=', alias)
    .where('valid_to', 'is', null)
    .executeTakeFirst();
  return row?.version;
}

/** Version → the aliases that point at it now. */
export async function aliasesOf(db: Kysely<Database>, model: string): Promise<Map<number, string[]>> {
  const rows = await db
    .selectFrom('aliases')
    .select(['alias', 'version'])
    .where('model', '=', model)
    .where('valid_to', 'is', null)
    .orderBy('alias')
    .execute();
  const byVersion = new Map<number, string[]>();
  for (const row of rows) byVersion.set(row.version, [...(byVersion.get(row.version) ?? []), row.alias]);
  return byVersion;
}

export function toVersionView(
  row: Selectable<Database['versions']>,
  aliases: Map<number, string[]>,
): VersionView {
  const evaluation = EvaluationResult.parse(row.evaluation);
  const data = RegisterVersionInput.shape.data.parse(row.data);
  return VersionView.parse({
    model: row.model,
    version: row.version,
    run: row.run,
    aliases: aliases.get(row.version) ?? [],
    artifact: row.artifact,
    specDigest: row.spec_digest,
    codeDigest: row.code_digest,
    environmentDigest: row.environment_digest,
    dataDigests: { train: data.train, test: data.test, ...data.snapshots },
    params: RegisterVersionInput.shape.trained.parse(row.trained).params,
    metrics: evaluation.evidence.metrics.candidate,
    decisions: row.decisions,
    report: evaluation.report,
    createdAt: row.created_at.toISOString(),
  });
}
