import { auditHash } from '../../core/audit.ts'
import { AppError } from '../../errors.ts'
import type { AuditRecord, PullKey, Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** The audit trail: a chain of hashes that only grows. */
export function auditTable(db: Database['kysely']): Pick<Store, 'appendAudit' | 'audit' | 'auditRows'> {
  return {
    async appendAudit(pull, kind, body) {
      const text = JSON.stringify(body)
      // Two writers may read the same last record; the primary key lets one of them append, the other reads again.
      for (let attempt = 0; attempt < 50; attempt++) {
        const last = await db
          .selectFrom('audit')
          .select(['sequence', 'hash'])
          .orderBy('sequence', 'desc')
          .limit(1)
          .executeTakeFirst()
        const content = {
          sequence: Number(last?.sequence ?? 0) + 1,
          at: new Date().toISOString(),
          pull,
          kind,
          body: text,
        }
        const previous = last?.hash ?? ''
        const hash = auditHash(previous, content)
        const result = await db
          .insertInto('audit')
          .values({ ...content, previous, hash })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst()
        if (result.numInsertedOrUpdatedRows === 1n) return { ...content, pull, body, previous, hash }
      }
      throw new AppError(
        'store-failed',
        'failed to append to the audit trail: other writers were faster fifty times',
      )
    },

    async *audit(pull) {
      const page = 500
      for (let after = 0; ;) {
        let query = db
          .selectFrom('audit')
          .selectAll()
          .where('sequence', '>', String(after))
          .orderBy('sequence')
          .limit(page)
        if (pull !== undefined) query = query.where('pull', '=', pull)
        const rows = await query.execute()
        for (const row of rows) yield toAuditRecord(row)
        if (rows.length < page) return
        after = Number(rows.at(-1)?.sequence)
      }
    },

    async *auditRows() {
      const page = 500
      for (let after = -1; ;) {
        const rows = await db
          .selectFrom('audit')
          .selectAll()
          .where('sequence', '>', String(after))
          .orderBy('sequence')
          .limit(page)
          .execute()
        for (const row of rows) yield { ...row, sequence: Number(row.sequence) }
        if (rows.length < page) return
        after = Number(rows.at(-1)?.sequence)
      }
    },
  }
}

function toAuditRecord(row: {
  sequence: string
  at: string
  pull: string | null
  kind: string
  body: string
  previous: string
  hash: string
}): AuditRecord {
  return {
    ...row,
    sequence: Number(row.sequence),
    pull: row.pull as PullKey | null,
    body: JSON.parse(row.body) as unknown,
  }
}
