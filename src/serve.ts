import { serve as listen } from '@hono/node-server'
import { run } from 'probot'
import { composeServer } from './compose-server.ts'
import { toAppError } from './errors.ts'
import { readServerSettings } from './settings.ts'

/**
 * Runs the server until SIGTERM or SIGINT, then drains: no new request, what runs ends, the database closes.
 * Without credentials it runs Probot's setup flow instead, which registers the App and writes `.env`.
 */
export async function serve(): Promise<void> {
  try {
    const settings = readServerSettings()
    if (settings.credentials === undefined) {
      console.log(
        `No App is registered yet. Open http://localhost:${settings.port} and follow the steps: they create the GitHub App from app.yml\n` +
          'and write its credentials to .env. Then start Countersign again. (To set it up by hand: docs/getting-started.md)',
      )
      await run(() => {})
      return
    }
    const server = await composeServer(settings, settings.credentials)
    await server.start()
    const http = listen(
      { fetch: server.routes.fetch, hostname: settings.host, port: settings.port },
      ({ port }) => {
        console.log(`Countersign listens on http://${settings.host}:${port}`)
      },
    )
    const stop = async (): Promise<void> => {
      http.close()
      await server.stop()
      process.exit(0)
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
  } catch (thrown) {
    const error = toAppError(thrown)
    console.error(error.message)
    if (error.kind === 'bug') console.error(error.stack)
    process.exit(error.kind === 'user' ? 2 : 3)
  }
}
