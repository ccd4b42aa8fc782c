import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { fromPglite, type ConstructorOptions } from 'pg-boss'
import { AppError } from '../../errors.ts'
import { lockDirectory } from './directory-lock.ts'
import { migrate } from './migrations.ts'
import type { Tables } from './tables.ts'

/** The one database behind store and queue: PGlite in a directory, or PostgreSQL. The SQL is the same for both. */
export interface Database {
  readonly kysely: Kysely<Tables>
  /** How pg-boss reaches the same database. */
  readonly boss: ConstructorOptions
  readonly description: string
  /** True when no other process can use it at the same time. */
  readonly exclusive: boolean
  close(): Promise<void>
}

export type DatabaseLocation = { readonly url: string } | { readonly directory: string }

/**
 * Opens and migrates the database. PGlite allows one process per directory.
 * Throws `store-failed` when it cannot be opened, saying which and why.
 */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
  try {
    const database =
      'url' in location ? await openPostgres(location.url) : await openPglite(location.directory)
    await migrate(database.kysely)
    return database
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const what =
      'url' in location ? 'PostgreSQL at DATABASE_URL' : `the embedded database in ${location.directory}`
    throw new AppError('store-failed', `failed to open ${what}: ${(cause as Error).message}`, { cause })
  }
}

async function openPglite(directory: string): Promise<Database> {
  await mkdir(dirname(directory), { recursive: true })
  const unlock = await lockDirectory(directory)
  try {
    return await openLocked(directory, unlock)
  } catch (thrown) {
    await unlock()
    throw thrown
  }
}

async function openLocked(directory: string, unlock: () => Promise<void>): Promise<Database> {
  const pglite = await PGlite.create(directory)
  const kysely = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) })
  return {
    kysely,
    boss: { db: fromPglite(pglite), backend: 'pglite', useListenNotify: true },
    exclusive: true,
    description: `PGlite (${await serverVersion(kysely)}) in ${directory}`,
    close: async () => {
      await kysely.destroy()
      if (!pglite.closed) await pglite.close()
      await unlock()
    },
  }
}

async function openPostgres(url: string): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: 8, connectionTimeoutMillis: 10_000 })
  // An idle connection that breaks must not end the process; the next query reports it.
  pool.on('error', () => {})
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    kysely,
    boss: { connectionString: url, max: 6, useListenNotify: true },
    exclusive: false,
    description: `PostgreSQL ${await serverVersion(kysely)}`,
    close: () => kysely.destroy(),
  }
}

/** Whether a PostgreSQL answers, and which; for `doctor`, which must not open the embedded database while a server has it. */
export async function examineDatabase(location: DatabaseLocation): Promise<string> {
  if ('directory' in location) return `PGlite in ${location.directory}; one process at a time`
  const database = await openPostgres(location.url).catch((cause: unknown) => {
    throw new AppError(
      'store-failed',
      `PostgreSQL at DATABASE_URL does not answer: ${(cause as Error).message}`,
      { cause },
    )
  })
  await database.close()
  return database.description
}

async function serverVersion(kysely: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ server_version: string }>`show server_version`.execute(kysely)
  return rows[0]?.server_version ?? 'unknown'
}
