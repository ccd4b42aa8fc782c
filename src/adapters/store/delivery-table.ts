import { sql } from 'kysely'
import type { Delivery, Store } from '../../ports/store.ts'
import type { Database } from './database.ts'

/** A delivery that was taken and not finished within this time belongs to a process that died. */
const takenFor = '60 seconds'

/** Deliveries that GitHub sent and that nobody has finished. */
export function deliveryTable(
  db: Database['kysely'],
): Pick<Store, 'saveDelivery' | 'takeDeliveries' | 'releaseDeliveries' | 'finishDelivery'> {
  return {
    async saveDelivery(delivery) {
      const row = {
        id: delivery.id,
        event: delivery.event,
        payload: JSON.stringify(delivery.payload),
        error: null,
      }
      const result = await db
        .insertInto('delivery')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n ? 'new' : 'known'
    },

    async takeDeliveries(limit, maximumAttempts) {
      const { rows } = await sql<Delivery>`
        update delivery set taken_at = now(), attempts = attempts + 1
        where id in (
          select id from delivery
          where finished_at is null and attempts < ${maximumAttempts}
            and (taken_at is null or taken_at < now() - ${takenFor}::interval)
          order by received_at
          limit ${limit}
          for update skip locked
        )
        returning id, event, payload`.execute(db)
      return rows
    },

    async releaseDeliveries() {
      await db.updateTable('delivery').set({ taken_at: null }).where('finished_at', 'is', null).execute()
    },

    async finishDelivery(id, error) {
      await db
        .updateTable('delivery')
        .set(
          error === undefined
            ? { finished_at: new Date().toISOString(), error: null }
            : { taken_at: null, error },
        )
        .where('id', '=', id)
        .execute()
    },
  }
}
