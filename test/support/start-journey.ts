import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Octokit } from '@octokit/rest'
import { startLocalGitHub, type LocalGitHub } from '../../demo/github/local-github.ts'
import { setStage, type Stage } from '../../demo/stage.ts'
import { composeServer, type Server } from '../../src/compose-server.ts'
import { readServerSettings } from '../../src/settings.ts'

/** A local GitHub with the stage set, and Countersign running against it, in this process. */
export interface Journey {
  readonly github: LocalGitHub
  readonly stage: Stage
  readonly url: string
  /** GitHub's API as a person. */
  as(login: string): Octokit
  /** Countersign stops and starts again on the same database. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function startJourney(options: { readonly files?: Readonly<Record<string, string>> } = {}): Promise<Journey> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-journey-'))
  const github = await startLocalGitHub()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const stage = await setStage(github, { webhookUrl: `${url}/api/github/webhooks`, ...options })
  let running = await start(stage, github, home, port)
  return {
    github,
    stage,
    url,
    as: (login) => new Octokit({ baseUrl: github.apiUrl, auth: stage.tokens[login] ?? '', log: quiet }),
    async restart() {
      await running.stop()
      running = await start(stage, github, home, port)
    },
    async close() {
      await running.stop()
      await github.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

async function start(stage: Stage, github: LocalGitHub, home: string, port: number): Promise<{ stop: () => Promise<void> }> {
  const settings = readServerSettings({
    PATH: process.env.PATH,
    COUNTERSIGN_HOME: home,
    APP_ID: String(stage.appId),
    PRIVATE_KEY: stage.privateKey,
    WEBHOOK_SECRET: stage.webhookSecret,
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
    LOG_LEVEL: (process.env.TEST_LOG_LEVEL as 'fatal' | undefined) ?? 'fatal',
  })
  if (settings.credentials === undefined) throw new Error('the stage has no credentials')
  const server: Server = await composeServer(settings, settings.credentials)
  await server.start()
  const http = serve({ fetch: server.routes.fetch, hostname: '127.0.0.1', port })
  return {
    async stop() {
      await new Promise((resolve) => http.close(resolve))
      await server.stop()
    },
  }
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Looks until `look` gives something, and says what it waited for when it never does. */
export async function eventually<Value>(what: string, look: () => Promise<Value | undefined | false>, milliseconds = 20_000): Promise<Value> {
  const until = Date.now() + milliseconds
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== false) return value
    if (Date.now() > until) throw new Error(`waited ${milliseconds} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
