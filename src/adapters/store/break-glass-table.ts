import { sql } from 'kysely'
import type { Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** Emergency merges asked for and confirmed. */
export function breakGlassTable(
  db: Database['kysely'],
): Pick<Store, 'breakGlass' | 'askBreakGlass' | 'confirmBreakGlass' | 'withdrawBreakGlass'> {
  return {
    async breakGlass(pull) {
      const rows = await db
        .selectFrom('break_glass')
        .selectAll()
        .where('pull', '=', pull)
        .orderBy('environment')
        .execute()
      return rows.map((row) => ({
        environment: row.environment,
        by: row.login,
        at: row.at.toISOString(),
        reason: row.reason,
        head: row.head,
        change: row.change_digest,
        ...(row.confirmed_by === null || row.confirmed_at === null
          ? {}
          : { confirmed: { by: row.confirmed_by, at: row.confirmed_at.toISOString() } }),
      }))
    },

    async askBreakGlass(pull, { environment, by, at, reason, head, change }) {
      const values = {
        pull,
        environment,
        login: by,
        reason,
        head,
        change_digest: change,
        at,
        confirmed_by: null,
        confirmed_at: null,
      }
      await db
        .insertInto('break_glass')
        .values(values)
        .onConflict((conflict) =>
          conflict
            .columns(['pull', 'environment'])
            .doUpdateSet(values)
            .where('break_glass.at', '<', sql<Date>`excluded.at`),
        )
        .execute()
    },

    async confirmBreakGlass(pull, { environment, head, change, by, at }) {
      await db
        .updateTable('break_glass')
        .set({ confirmed_by: by, confirmed_at: at })
        .where('pull', '=', pull)
        .where('environment', '=', environment)
        .where('head', '=', head)
        .where('change_digest', '=', change)
        .where('confirmed_by', 'is', null)
        .execute()
    },

    async withdrawBreakGlass(pull) {
      await db.deleteFrom('break_glass').where('pull', '=', pull).execute()
    },
  }
}
