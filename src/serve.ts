import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { run } from 'probot'
import { composeServer } from './compose-server.ts'
import { AppError } from './errors.ts'
import { readServerSettings, type Credentials, type ServerSettings } from './settings.ts'

export interface RunningServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string
  /** No new request, what runs ends, the database closes. */
  stop(): Promise<void>
}

/** Composes the server and listens. Throws `bad-settings` when the port is taken. */
export async function startServer(
  settings: ServerSettings,
  credentials: Credentials,
): Promise<RunningServer> {
  const server = await composeServer(settings, credentials)
  const http = createServer(
    (request, response) => void getRequestListener(server.routes.fetch)(request, response),
  )
  try {
    await listen(http, settings)
    await server.start()
  } catch (thrown) {
    http.close()
    await server.stop()
    throw thrown
  }
  const { port } = http.address() as AddressInfo
  return {
    url: `http://${settings.host === '0.0.0.0' ? '127.0.0.1' : settings.host}:${port}`,
    async stop() {
      await new Promise((resolve) => {
        http.close(resolve)
        http.closeIdleConnections()
      })
      await server.stop()
    },
  }
}

async function listen(http: HttpServer, { host, port }: ServerSettings): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new AppError('bad-settings', `port ${port} is in use; set PORT to another`)
          : error,
      )
    })
    http.listen(port, host, resolve)
  })
}

/**
 * Runs the server until SIGTERM or SIGINT. Without credentials it runs Probot's setup flow instead, which registers the App and
 * writes `.env`. Returns when it was told to stop.
 */
export async function serve(say: (text: string) => void): Promise<void> {
  const settings = readServerSettings()
  if (settings.credentials === undefined) {
    say(
      `No App is registered yet. Open http://localhost:${settings.port} and follow the steps: they create the GitHub App from app.yml\n` +
        'and write its credentials to .env. Then start Countersign again. (By hand: docs/getting-started.md)\n',
    )
    await run(() => {}, {
      env: { ...settings.environment, HOST: settings.host, PORT: String(settings.port) },
    })
    return untilStopped()
  }
  const server = await startServer(settings, settings.credentials)
  say(`Countersign listens on ${server.url}\n`)
  await untilStopped()
  await server.stop()
}

/** Resolves at the first SIGTERM or SIGINT. */
export async function untilStopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
