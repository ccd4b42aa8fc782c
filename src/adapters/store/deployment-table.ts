import { sql, type Selectable } from 'kysely'
import { newRollout, type Rollout } from '../../core/rollout/rollout.ts'
import type { DeploymentRecord, Store } from '../../ports/store.ts'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

/** Deployments of merged changes, and where they are. */
export function deploymentTable(
  db: Database['kysely'],
): Pick<
  Store,
  | 'createDeployment'
  | 'saveRollout'
  | 'deployments'
  | 'newestDeployments'
  | 'saveGateCommand'
  | 'gateCommands'
> {
  return {
    async createDeployment(record) {
      await db
        .insertInto('deployment')
        .values({
          repository: record.repository,
          environment: record.environment,
          sha: record.sha,
          pull: record.pull,
          github_id: record.githubId,
          base: record.base,
          installation: record.installation,
          merged_at: record.mergedAt,
          merged_by: record.mergedBy,
          digest: record.digest,
          classes: [...record.classes],
          signatures: JSON.stringify(record.signatures),
          rollout: JSON.stringify(record.rollout),
          published: record.published ?? null,
        })
        .onConflict((conflict) => conflict.columns(['repository', 'environment', 'sha']).doNothing())
        .execute()
    },

    async saveRollout({ repository, environment, sha }, rollout, published) {
      await db
        .updateTable('deployment')
        .set({ rollout: JSON.stringify(rollout), published: published ?? null })
        .where('repository', '=', repository)
        .where('environment', '=', environment)
        .where('sha', '=', sha)
        .execute()
    },

    async deployments(repository, filter = {}) {
      const { environment, sha, pull, limit } = filter
      const rows = await db
        .selectFrom('deployment')
        .selectAll()
        .where('repository', '=', repository)
        .$if(environment !== undefined, (query) => query.where('environment', '=', environment ?? ''))
        .$if(sha !== undefined, (query) => query.where('sha', '=', sha ?? ''))
        .$if(pull !== undefined, (query) => query.where('pull', '=', pull ?? 0))
        .orderBy('merged_at', 'desc')
        .orderBy('environment')
        .limit(limit ?? 100)
        .execute()
      return rows.map(toRecord)
    },

    async saveGateCommand({ repository, environment, sha }, { kind, name, by, at }) {
      await db
        .insertInto('gate_command')
        .values({ repository, environment, sha, kind, name: name ?? null, login: by, at })
        .execute()
    },

    async gateCommands({ repository, environment, sha }) {
      const rows = await db
        .selectFrom('gate_command')
        .selectAll()
        .where('repository', '=', repository)
        .where('environment', '=', environment)
        .where('sha', '=', sha)
        .orderBy('at')
        .orderBy('id')
        .execute()
      return rows.map(({ kind, name, login, at }) => ({
        kind: kind === 'rollback' ? ('rollback' as const) : ('promote' as const),
        ...(name === null ? {} : { name }),
        by: login,
        at: at.toISOString(),
      }))
    },

    async newestDeployments() {
      const { rows } = await sql<Selectable<Tables['deployment']>>`
        select distinct on (repository, environment) * from deployment order by repository, environment, merged_at desc
      `.execute(db)
      return rows.map(toRecord)
    },
  }
}

function toRecord(row: Selectable<Tables['deployment']>): DeploymentRecord {
  const mergedAt = row.merged_at.toISOString()
  return {
    repository: row.repository,
    environment: row.environment,
    sha: row.sha,
    base: row.base,
    pull: row.pull,
    installation: Number(row.installation),
    githubId: Number(row.github_id),
    mergedAt,
    mergedBy: row.merged_by,
    digest: row.digest,
    classes: row.classes,
    signatures: row.signatures as DeploymentRecord['signatures'],
    rollout: row.rollout === null ? newRollout(mergedAt, undefined) : (row.rollout as Rollout),
    ...(row.published === null ? {} : { published: row.published }),
  }
}
