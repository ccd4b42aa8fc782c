import type { Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** Findings that people accepted. A waiver of a whole environment has an empty resource here. */
export function waiverTable(db: Database['kysely']): Pick<Store, 'waivers' | 'waive' | 'unwaive'> {
  return {
    async waivers(repository) {
      const rows = await db
        .selectFrom('waiver')
        .selectAll()
        .where('repository', '=', repository)
        .orderBy('environment')
        .orderBy('rule')
        .orderBy('resource')
        .execute()
      return rows.map(({ environment, rule, resource, login, reason, until, at }) => ({
        environment,
        rule,
        resource: resource === '' ? undefined : resource,
        owner: login,
        because: reason,
        until,
        at: at.toISOString(),
      }))
    },

    async waive(repository, { environment, rule, resource = '', owner, because, until, at }) {
      const values = { repository, environment, rule, resource, login: owner, reason: because, until, at }
      await db
        .insertInto('waiver')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['repository', 'environment', 'rule', 'resource']).doUpdateSet(values),
        )
        .execute()
    },

    async unwaive(repository, { environment, rule, resource = '' }) {
      await db
        .deleteFrom('waiver')
        .where('repository', '=', repository)
        .where('environment', '=', environment)
        .where('rule', '=', rule)
        .where('resource', '=', resource)
        .execute()
    },
  }
}
