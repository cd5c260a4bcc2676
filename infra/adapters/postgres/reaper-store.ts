import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { ReaperStore } from '../../../activities/ports/reaper-store.js';
import { ReaperAction, Sighting } from '../../../contracts/reaper.js';
import { TERMINAL_JOB_STATES } from '../../../contracts/job-state.js';
import type { Database } from './schema.js';

/** The id contains the time: a finding that returns after it was handled is a new sighting. */
const idOf = ({ kind, subject, firstSeen }: Sighting): string => `${kind}/${subject}/${firstSeen}`;

const toSighting = (row: Selectable<Database['reaper_sightings']>): Sighting =>
  Sighting.parse({
    kind: row.kind,
    subject: row.subject,
    backend: row.backend,
    intent: row.intent,
    attempt: row.attempt,
    action: row.action,
    reason: row.reason,
    firstSeen: row.first_seen.toISOString(),
  });

/** Sightings and actions of the reaper. */
export function openReaperStore(db: Kysely<Database>): ReaperStore {
  const sightings = async (): Promise<Sighting[]> =>
    (await db.selectFrom('reaper_sightings').selectAll().orderBy('first_seen').execute()).map(toSighting);

  return {
    sightings,
    see: async (findings, unreachable, at) => {
      const ids = findings.map(({ kind, subject }) => `${kind}/${subject}`);
      await db.transaction().execute(async (tx) => {
        let gone = tx.deleteFrom('reaper_sightings');
        if (ids.length > 0) gone = gone.where(sql<string>`kind || '/' || subject`, 'not in', ids);
        if (unreachable.length > 0)
          gone = gone.where((where) =>
            where.or([where('backend', 'is', null), where('backend', 'not in', unreachable)]),
          );
        await gone.execute();
        for (const finding of findings)
          await tx
            .insertInto('reaper_sightings')
            .values({ ...finding, first_seen: at, last_seen: at })
            .onConflict((conflict) =>
              conflict.columns(['kind', 'subject']).doUpdateSet({
                last_seen: at,
                reason: finding.reason,
                action: finding.action,
              }),
            )
            .execute();
      });
      return sightings();
    },
    begin: async (sighting, by, at, staleBefore) => {
      const { kind, subject, reason } = sighting;
      const taken = await db
        .insertInto('reaper_actions')
        .values({ id: idOf(sighting), kind, subject, reason, by, begun_at: at, done_at: null, outcome: null })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet({ by, begun_at: at })
            .where('reaper_actions.done_at', 'is', null)
            .where((where) =>
              where.or([
                where('reaper_actions.by', '=', by),
                where('reaper_actions.begun_at', '<', staleBefore),
              ]),
            ),
        )
        .returning('id')
        .executeTakeFirst();
      return taken !== undefined;
    },
    finish: async (sighting, outcome, at) => {
      const { kind, subject, firstSeen } = sighting;
      await db.transaction().execute(async (tx) => {
        await tx
          .updateTable('reaper_actions')
          .set({ done_at: at, outcome })
          .where('id', '=', idOf(sighting))
          .where('done_at', 'is', null)
          .execute();
        await tx
          .deleteFrom('reaper_sightings')
          .where('kind', '=', kind)
          .where('subject', '=', subject)
          .where('first_seen', '=', new Date(firstSeen))
          .execute();
      });
    },
    record: async (kind, subject, reason, at) => {
      await db
        .insertInto('reaper_actions')
        .values({
          id: `${kind}/${subject}`,
          kind,
          subject,
          reason,
          by: '',
          begun_at: at,
          done_at: at,
          outcome: 'removed',
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },
    actions: async (limit) => {
      const rows = await db
        .selectFrom('reaper_actions')
        .selectAll()
        .orderBy('begun_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) =>
        ReaperAction.parse({
          kind: row.kind,
          subject: row.subject,
          reason: row.reason,
          begunAt: row.begun_at.toISOString(),
          doneAt: row.done_at?.toISOString() ?? null,
          outcome: row.outcome,
        }),
      );
    },
    endedWithout: async (kind, endedBefore, limit) => {
      const rows = await db
        .selectFrom('jobs')
        .select(['job_key', 'intent', 'attempt'])
        .where('state', 'in', TERMINAL_JOB_STATES)
        .where('ended_at', '<', endedBefore)
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('reaper_actions')
                .select('reaper_actions.id')
                .where('reaper_actions.id', '=', sql<string>`${`${kind}/`} || jobs.job_key`),
            ),
          ),
        )
        .orderBy('ended_at')
        .limit(limit)
        .execute();
      return rows.map(({ job_key: jobKey, intent, attempt }) => ({ jobKey, intent, attempt }));
    },
    endedBefore: async (jobKeys, succeeded, others) => {
      if (jobKeys.length === 0) return [];
      const rows = await db
        .selectFrom('jobs')
        .select(['job_key', 'state'])
        .where('job_key', '=', sql<string>`any(${jobKeys})`)
        .where((where) =>
          where.or([
            where.and([where('state', '=', 'succeeded'), where('ended_at', '<', succeeded)]),
            where.and([
              where('state', 'in', ['failed', 'cancelled', 'lost']),
              where('ended_at', '<', others),
            ]),
          ]),
        )
        .orderBy('ended_at')
        .execute();
      return rows.map((row) => ({ jobKey: row.job_key, state: row.state }));
    },
  };
}
