import { toAppError } from '../errors.ts'
import { readServerSettings } from '../settings.ts'
import type { Examined } from './doctor.ts'

/** What the server needs besides programs: credentials and a store. */
export async function examineServer(): Promise<readonly Examined[]> {
  try {
    const settings = readServerSettings()
    const { examineStore } = await import('../compose-server.ts')
    const { credentials, webUrl } = settings
    const app: Examined =
      credentials === undefined
        ? {
            name: 'App',
            ok: true,
            found: 'not registered; only the server needs it',
            next: 'npm start registers it',
          }
        : { name: 'App', ok: true, found: `App ${credentials.appId} on ${webUrl}` }
    const store = await examineStore(settings).then(
      (found): Examined => ({ name: 'store', ok: true, found }),
      (thrown: unknown): Examined => ({
        name: 'store',
        ok: false,
        found: toAppError(thrown).message,
        next: 'check DATABASE_URL',
      }),
    )
    return [app, store]
  } catch (thrown) {
    return [
      {
        name: 'settings',
        ok: false,
        found: toAppError(thrown).message,
        next: 'docs/operations.md lists them',
      },
    ]
  }
}
