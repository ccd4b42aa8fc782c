import type { Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** Deployments of merged changes. */
export function deploymentTable(db: Database['kysely']): Pick<Store, 'deployments' | 'saveDeployment'> {
  return {
    async deployments(repository, sha) {
      const rows = await db
        .selectFrom('deployment')
        .selectAll()
        .where('repository', '=', repository)
        .where('sha', '=', sha)
        .orderBy('environment')
        .execute()
      return rows.map((row) => ({
        repository: row.repository,
        environment: row.environment,
        sha: row.sha,
        pull: row.pull,
        githubId: Number(row.github_id),
        state: row.state,
      }))
    },

    async saveDeployment(record) {
      const { githubId, ...rest } = record
      const values = { ...rest, github_id: githubId, updated_at: new Date().toISOString() }
      await db
        .insertInto('deployment')
        .values(values)
        .onConflict((conflict) => conflict.columns(['repository', 'environment', 'sha']).doUpdateSet(values))
        .execute()
    },
  }
}
