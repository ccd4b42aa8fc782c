import type { ProposalRecord, Store } from '../../ports/store.ts'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'
import type { Selectable } from 'kysely'

/** Pull requests that Countersign opened, and commits that are not promoted. */
export function proposalTable(
  db: Database['kysely'],
): Pick<Store, 'saveProposal' | 'proposal' | 'proposals' | 'quarantine' | 'release' | 'quarantined'> {
  return {
    async saveProposal(pull, { kind, environment, of, ofPull, askedBy, contributors }) {
      const values = {
        ...splitKey(pull),
        kind,
        environment,
        of_sha: of,
        of_pull: ofPull,
        asked_by: askedBy,
        contributors: [...contributors],
      }
      await db
        .insertInto('proposal')
        .values(values)
        .onConflict((conflict) => conflict.columns(['repository', 'number']).doUpdateSet(values))
        .execute()
    },

    async proposal(pull) {
      const { repository, number } = splitKey(pull)
      const row = await db
        .selectFrom('proposal')
        .selectAll()
        .where('repository', '=', repository)
        .where('number', '=', number)
        .executeTakeFirst()
      return row === undefined ? undefined : toRecord(row)
    },

    async proposals(repository) {
      const rows = await db
        .selectFrom('proposal')
        .selectAll()
        .where('repository', '=', repository)
        .orderBy('number', 'desc')
        .limit(100)
        .execute()
      return rows.map((row) => ({ ...toRecord(row), number: row.number }))
    },

    async quarantine(repository, sha, reason) {
      await db
        .insertInto('quarantine')
        .values({ repository, sha, reason })
        .onConflict((conflict) => conflict.columns(['repository', 'sha']).doNothing())
        .execute()
    },

    async release(repository, sha) {
      await db.deleteFrom('quarantine').where('repository', '=', repository).where('sha', '=', sha).execute()
    },

    async quarantined(repository) {
      return db
        .selectFrom('quarantine')
        .select(['sha', 'reason'])
        .where('repository', '=', repository)
        .orderBy('at')
        .execute()
    },
  }
}

function splitKey(pull: string): { readonly repository: string; readonly number: number } {
  const [repository = '', number = ''] = pull.split('#')
  return { repository, number: Number(number) }
}

function toRecord(row: Selectable<Tables['proposal']>): ProposalRecord {
  return {
    kind: row.kind === 'promotion' ? 'promotion' : 'rollback',
    environment: row.environment,
    of: row.of_sha,
    ofPull: row.of_pull,
    askedBy: row.asked_by,
    contributors: row.contributors,
  }
}
