import type { Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** Freezes of a repository's environments. */
export function freezeTable(db: Database['kysely']): Pick<Store, 'freezes' | 'freeze' | 'unfreeze'> {
  return {
    async freezes(repository) {
      const rows = await db
        .selectFrom('frozen')
        .selectAll()
        .where('repository', '=', repository)
        .orderBy('environment')
        .execute()
      return rows.map(({ environment, login, at, until, reason }) => ({
        environment,
        by: login,
        at: at.toISOString(),
        ...(until === null ? {} : { until: until.toISOString() }),
        reason,
      }))
    },

    async freeze(repository, { environment, by, at, until, reason }) {
      const values = { repository, environment, login: by, reason, at, until: until ?? null }
      await db
        .insertInto('frozen')
        .values(values)
        .onConflict((conflict) => conflict.columns(['repository', 'environment']).doUpdateSet(values))
        .execute()
    },

    async unfreeze(repository, environment) {
      await db
        .deleteFrom('frozen')
        .where('repository', '=', repository)
        .where('environment', '=', environment)
        .execute()
    },
  }
}
