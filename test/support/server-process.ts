import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Stage } from '../../demo/stage.ts'
import { freePort } from './free-port.ts'

/** Countersign as a process of its own, as an operator runs it, so that it can be killed. */
export interface ServerProcess {
  readonly url: string
  start(): Promise<void>
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): void
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>
  /** What it printed since the last start. */
  output(): string
}

type Running = ChildProcessByStdio<null, Readable, Readable>

export async function prepareServerProcess(
  stage: Stage,
  options: {
    readonly gitHubHost: string
    readonly home: string
    readonly clustersFile?: string
    readonly logLevel?: 'trace'
  },
): Promise<ServerProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: Running | undefined
  let printed = ''
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: options.home,
    COUNTERSIGN_HOME: options.home,
    APP_ID: String(stage.appId),
    PRIVATE_KEY: stage.privateKey,
    WEBHOOK_SECRET: stage.webhookSecret,
    GHE_HOST: options.gitHubHost,
    GHE_PROTOCOL: 'http',
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: options.logLevel ?? 'warn',
    COUNTERSIGN_CLUSTERS: options.clustersFile ?? '',
  }
  const ended = (process: Running): Promise<number | null> =>
    new Promise((resolve) =>
      process.exitCode !== null || process.signalCode !== null
        ? resolve(process.exitCode)
        : process.once('exit', resolve),
    )
  return {
    url,
    output: () => printed,
    async start() {
      if (child !== undefined) await ended(child)
      printed = ''
      const started = spawn(process.execPath, ['src/main.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      child = started
      await new Promise<void>((resolve, reject) => {
        const read = (chunk: Buffer): void => {
          printed += chunk.toString('utf8')
          if (printed.includes('listens on')) resolve()
        }
        started.stdout.on('data', read)
        started.stderr.on('data', read)
        started.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${printed}`)))
      })
    },
    kill() {
      child?.kill('SIGKILL')
    },
    async stop() {
      if (child === undefined) return null
      child.kill('SIGTERM')
      return ended(child)
    },
  }
}
