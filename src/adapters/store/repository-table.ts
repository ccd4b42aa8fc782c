import type { Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** What is known of a repository: its protection and who pushed to its branches. */
export function repositoryTable(
  db: Database['kysely'],
): Pick<Store, 'protectionProblems' | 'saveProtectionProblems' | 'pushers' | 'addPusher'> {
  return {
    async protectionProblems(repository, branch) {
      const row = await db
        .selectFrom('protection')
        .select('problems')
        .where('repository', '=', repository)
        .where('branch', '=', branch)
        .executeTakeFirst()
      return row?.problems
    },

    async saveProtectionProblems(repository, branch, problems) {
      const values = { repository, branch, problems: [...problems] }
      await db
        .insertInto('protection')
        .values(values)
        .onConflict((conflict) => conflict.columns(['repository', 'branch']).doUpdateSet(values))
        .execute()
    },

    async pushers(repository, ref) {
      const rows = await db
        .selectFrom('pusher')
        .select('login')
        .where('repository', '=', repository)
        .where('ref', '=', ref)
        .orderBy('login')
        .execute()
      return rows.map((row) => row.login)
    },

    async addPusher(repository, ref, login) {
      await db
        .insertInto('pusher')
        .values({ repository, ref, login })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
  }
}
