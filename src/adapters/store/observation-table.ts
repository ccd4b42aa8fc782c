import type { Observation } from '../../core/rollout/observation.ts'
import type { Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** More is not read at once; the newest count. */
const mostObservations = 5_000

/** What deployers and GitHub told by themselves. What is polled is not kept: it can be asked again. */
export function observationTable(
  db: Database['kysely'],
): Pick<Store, 'saveObservation' | 'observations' | 'forgetObservations'> {
  return {
    async saveObservation(observation, repository) {
      await db
        .insertInto('observation')
        .values({ at: observation.at, repository: repository ?? null, body: JSON.stringify(observation) })
        .execute()
    },

    async observations(repository, since) {
      const rows = await db
        .selectFrom('observation')
        .select('body')
        .where('at', '>=', new Date(since))
        .where((where) => where.or([where('repository', '=', repository), where('repository', 'is', null)]))
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(mostObservations)
        .execute()
      return rows.map(({ body }) => body as Observation).toReversed()
    },

    async forgetObservations(before) {
      await db.deleteFrom('observation').where('at', '<', new Date(before)).execute()
    },
  }
}
