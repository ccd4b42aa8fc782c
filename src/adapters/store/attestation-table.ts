import type { Store } from '../../ports/store.ts'
import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Signatures on the manual items of checklists. */
export function attestationTable(db: Database['kysely']): Pick<Store, 'attestations' | 'attest'> {
  return {
    async attestations(pull) {
      const rows = await db
        .selectFrom('attestation')
        .selectAll()
        .where('pull', '=', pull)
        .orderBy('environment')
        .orderBy('item')
        .execute()
      return rows.map(({ environment, item, login, at, digest, note, signed }) => ({
        environment,
        item,
        by: login,
        at: at.toISOString(),
        digest,
        note,
        signed,
      }))
    },

    async attest(pull, { by, ...record }) {
      const values = { pull, login: by, ...record }
      await db
        .insertInto('attestation')
        .values(values)
        .onConflict((conflict) =>
          conflict
            .columns(['pull', 'environment', 'item'])
            .doUpdateSet(values)
            .where('attestation.at', '<=', sql<Date>`excluded.at`),
        )
        .execute()
    },
  }
}
