import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { startDeployer } from '../../demo/deployer/start-deployer.ts'
import type { StandIn, StandInOptions } from '../../demo/deployer/stand-in.ts'
import {
  startLocalGitHub,
  type LocalGitHub,
  type LocalGitHubOptions,
} from '../../demo/github/local-github.ts'
import { setStage, type Stage } from '../../demo/stage.ts'
import { startServer, type RunningServer } from '../../src/serve.ts'
import { localSettings } from '../../src/settings.ts'

/** A local GitHub with the stage set, and Countersign running against it, in this process. */
export interface Journey {
  readonly github: LocalGitHub
  readonly stage: Stage
  readonly deployer: StandIn | undefined
  /** Where Countersign listens. */
  url(): string
  /** GitHub's API as a person. */
  as(login: string): Octokit
  /** Countersign stops and starts again on the same database. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function startJourney(
  options: {
    readonly files?: Readonly<Record<string, string>>
    /** A cluster that follows the branch `main`; Countersign reads it and hears from it. */
    readonly cluster?: Pick<StandInOptions, 'objects' | 'outcome'>
    readonly limits?: LocalGitHubOptions['limits']
    /** Bases from every repository of the local GitHub are allowed. */
    readonly allowsRemotes?: boolean
    /** PostgreSQL; absent: the embedded database, which shares this process. */
    readonly databaseUrl?: string
  } = {},
): Promise<Journey> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-journey-'))
  const github = await startLocalGitHub({ limits: options.limits ?? {} })
  const stage = await setStage(github, options)
  const { cluster } = options
  const deployer =
    cluster === undefined ? undefined : await startDeployer({ home, github, stage, ...cluster })
  const start = async (): Promise<RunningServer> => {
    const settings = localSettings({
      home,
      gitHubHost: github.host,
      databaseUrl: options.databaseUrl,
      clustersFile: deployer?.clustersFile,
      ...(options.allowsRemotes === true ? { allowedRemotes: github.url } : {}),
      ...stage,
    })
    const server = await startServer(settings, settings.credentials)
    stage.connect(`${server.url}/api/github/webhooks`)
    deployer?.standIn.connect(server.url)
    return server
  }
  let running = await start()
  return {
    github,
    stage,
    url: () => running.url,
    as: (login) => new Octokit({ baseUrl: github.apiUrl, auth: stage.tokens[login] ?? '', log: quiet }),
    async restart() {
      await running.stop()
      running = await start()
    },
    deployer: deployer?.standIn,
    async close() {
      await running.stop()
      await deployer?.standIn.close()
      await github.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Looks until `look` gives something, and says what it waited for when it never does. */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
  milliseconds = 20_000,
): Promise<Value> {
  const until = Date.now() + milliseconds
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== false) return value
    if (Date.now() > until) throw new Error(`waited ${milliseconds} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
