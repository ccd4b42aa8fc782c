import { sql } from 'kysely'
import type { PullKey, Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** Pull requests as last judged. */
export function pullTable(
  db: Database['kysely'],
): Pick<Store, 'readPull' | 'savePull' | 'openPulls' | 'requestLoad'> {
  return {
    async readPull(key) {
      const row = await db.selectFrom('pull').selectAll().where('key', '=', key).executeTakeFirst()
      return row && toPullRecord(row)
    },

    async savePull(record) {
      const { requested, ...rest } = record
      const values = { ...rest, requested: [...(requested ?? [])], updated_at: new Date().toISOString() }
      await db
        .insertInto('pull')
        .values(values)
        .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
        .execute()
    },

    async openPulls(filter = {}) {
      let query = db.selectFrom('pull').selectAll().where('state', '=', 'open').orderBy('key')
      if (filter.owner !== undefined) query = query.where('key', 'like', `${escapeLike(filter.owner)}/%`)
      if (filter.repository !== undefined)
        query = query.where('key', 'like', `${escapeLike(filter.repository)}#%`)
      if (filter.head !== undefined) query = query.where('head', '=', filter.head)
      if (filter.base !== undefined) query = query.where('base', '=', filter.base)
      return (await query.execute()).map(toPullRecord)
    },

    async requestLoad(owner, except) {
      const { rows } = await sql<{ login: string; count: string }>`
        select login, count(*) as count from pull, unnest(requested) as login
        where state = 'open' and key like ${`${escapeLike(owner)}/%`} and key <> ${except}
        group by login`.execute(db)
      return Object.fromEntries(rows.map(({ login, count }) => [login, Number(count)]))
    },
  }
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)
}

function toPullRecord(row: {
  key: string
  installation: string
  state: string
  base: string
  head: string
  verdict: string
  title: string
  requested: string[]
}) {
  return {
    key: row.key as PullKey,
    installation: Number(row.installation),
    state: row.state as 'open' | 'closed' | 'merged',
    base: row.base,
    head: row.head,
    verdict: row.verdict,
    title: row.title,
    ...(row.requested.length === 0 ? {} : { requested: row.requested }),
  }
}
