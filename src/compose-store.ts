import { join } from 'node:path'
import { openDatabase } from './adapters/store/database.ts'
import { createSqlStore } from './adapters/store/sql-store.ts'
import type { Store } from './ports/store.ts'
import type { ServerSettings } from './settings.ts'

/** The server's store, for commands that read what it recorded. The embedded database takes one process at a time. */
export async function composeStore(settings: ServerSettings): Promise<Store> {
  const location =
    settings.databaseUrl === undefined
      ? { directory: join(settings.home, 'database') }
      : { url: settings.databaseUrl }
  return createSqlStore(await openDatabase(location))
}
