import type { Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** What commands were carried out, and the holds and merges that they asked for. */
export function commandTable(
  db: Database['kysely'],
): Pick<
  Store,
  'startCommand' | 'finishCommand' | 'holds' | 'hold' | 'unhold' | 'mergeAsked' | 'askMerge' | 'carryMerge'
> {
  return {
    async startCommand(pull, commentId) {
      const result = await db
        .insertInto('command')
        .values({ comment: commentId, pull })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      if (result.numInsertedOrUpdatedRows === 1n) return 'new'
      const row = await db
        .selectFrom('command')
        .select('done')
        .where('comment', '=', String(commentId))
        .executeTakeFirst()
      return row?.done === true ? 'done' : 'started'
    },

    async finishCommand(commentId) {
      await db.updateTable('command').set({ done: true }).where('comment', '=', String(commentId)).execute()
    },

    async holds(pull) {
      const rows = await db.selectFrom('hold').selectAll().where('pull', '=', pull).execute()
      return rows.map((row) => ({ by: row.login, at: row.at.toISOString(), reason: row.reason }))
    },

    async hold(pull, hold) {
      const values = { pull, login: hold.by, reason: hold.reason, at: hold.at }
      await db
        .insertInto('hold')
        .values(values)
        .onConflict((conflict) => conflict.column('pull').doUpdateSet(values))
        .execute()
    },

    async unhold(pull) {
      await db.deleteFrom('hold').where('pull', '=', pull).execute()
    },

    async mergeAsked(pull) {
      const row = await db.selectFrom('merge_asked').selectAll().where('pull', '=', pull).executeTakeFirst()
      if (row === undefined) return undefined
      const asked = { by: row.login, at: row.at.toISOString(), head: row.head }
      return row.carried ? { ...asked, carried: true } : asked
    },

    async askMerge(pull, asked) {
      if (asked === undefined) {
        await db.deleteFrom('merge_asked').where('pull', '=', pull).execute()
        return
      }
      const { by, at, head, carried = false } = asked
      const values = { pull, login: by, head, at, carried }
      await db
        .insertInto('merge_asked')
        .values(values)
        .onConflict((conflict) => conflict.column('pull').doUpdateSet(values))
        .execute()
    },

    async carryMerge(pull, asked, head) {
      await db
        .updateTable('merge_asked')
        .set({ carried: true, head })
        .where('pull', '=', pull)
        .where('login', '=', asked.by)
        .where('at', '=', new Date(asked.at))
        .execute()
    },
  }
}
