import { sql } from 'kysely'
import { AppError } from '../../errors.ts'
import type { Store } from '../../ports/store.ts'
import { attestationTable } from './attestation-table.ts'
import { auditTable } from './audit-table.ts'
import { breakGlassTable } from './break-glass-table.ts'
import { commandTable } from './command-table.ts'
import type { Database } from './database.ts'
import { decisionTable } from './decision-table.ts'
import { deliveryTable } from './delivery-table.ts'
import { deploymentTable } from './deployment-table.ts'
import { freezeTable } from './freeze-table.ts'
import { observationTable } from './observation-table.ts'
import { proposalTable } from './proposal-table.ts'
import { pullTable } from './pull-table.ts'
import { repositoryTable } from './repository-table.ts'
import { waiverTable } from './waiver-table.ts'

/**
 * The store on one SQL dialect, a file for each subject. Every method is a single statement (or safe to repeat): PGlite has one
 * connection that all share, so a transaction held open here would swallow the statements of others.
 */
export function createSqlStore(database: Database): Store {
  const db = database.kysely
  return withStoreErrors({
    ...deliveryTable(db),
    ...pullTable(db),
    ...decisionTable(db),
    ...commandTable(db),
    ...freezeTable(db),
    ...breakGlassTable(db),
    ...attestationTable(db),
    ...waiverTable(db),
    ...repositoryTable(db),
    ...deploymentTable(db),
    ...observationTable(db),
    ...proposalTable(db),
    ...auditTable(db),

    async ping() {
      await sql`select 1`.execute(db)
    },
    describe: async () => database.description,
    close: () => database.close(),
  })
}

/** Turns what a driver throws into `store-failed`, naming the method: a port's errors are from the catalogue. */
function withStoreErrors(store: Store): Store {
  const fail = (name: string, cause: unknown): never => {
    if (cause instanceof AppError) throw cause
    throw new AppError('store-failed', `failed to ${name} in the database: ${(cause as Error).message}`, {
      cause,
    })
  }
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver)
      if (typeof method !== 'function' || name === 'audit' || name === 'auditRows') return method
      return (...args: unknown[]) =>
        (method.apply(target, args) as Promise<unknown>).catch((cause: unknown) => fail(String(name), cause))
    },
  })
}
