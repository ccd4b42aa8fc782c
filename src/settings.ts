import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseAllowedRemote, type AllowedRemote } from './core/targets/allowed-remotes.ts'
import { AppError } from './errors.ts'

/**
 * The only reader of the environment. docs/operations.md lists the same names.
 */
export interface Settings {
  /** Where caches, mirrors and the embedded database live. COUNTERSIGN_HOME, else `~/.cache/countersign`. */
  readonly home: string
  /** PATH, for finding git, kubectl, kustomize, helm. */
  readonly path: string
  readonly color: boolean
  /** Hosts, or parts of hosts, that targets may take bases from. Absent: none. */
  readonly allowedRemotes?: readonly AllowedRemote[] | undefined
}

/** Who we are on GitHub; absent before the App is registered. */
export interface Credentials {
  readonly appId: number
  readonly privateKey: string
  readonly webhookSecret: string
}

export interface ServerSettings extends Settings {
  readonly credentials: Credentials | undefined
  readonly host: string
  readonly port: number
  /** `https://github.com`, or the Enterprise Server's. */
  readonly webUrl: string
  /** `https://api.github.com`, or the Enterprise Server's `…/api/v3`. */
  readonly apiUrl: string
  /** PostgreSQL; absent: PGlite in `home`. */
  readonly databaseUrl: string | undefined
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  readonly logFormat: 'json' | 'pretty'
  /** Pull requests judged at the same time by this process. */
  readonly workers: number
  readonly sweepMinutes: number
  /** Keys the fingerprints that stand for secret values; absent: one is made and kept in `home`. */
  readonly fingerprintKey: string | undefined
  /** The operator’s file of clusters to follow deployments in; absent: none. */
  readonly clustersFile: string | undefined
  /** What `/api/v1` asks for; absent: there is no such API. */
  readonly apiToken: string | undefined
  /** A token of a person, for `protect`; absent: the App's own. */
  readonly gitHubToken: string | undefined
  /** What was read, for Probot's setup flow, which reads names of its own. */
  readonly environment: NodeJS.ProcessEnv
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return {
    home: env.COUNTERSIGN_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign'),
    path: env.PATH ?? '',
    color: env.NO_COLOR === undefined && env.TERM !== 'dumb',
    allowedRemotes: readAllowedRemotes((env.ALLOWED_REMOTES ?? '').split(','), 'ALLOWED_REMOTES'),
  }
}

/** Entries of a list of hosts; empty ones are none. Throws `bad-settings` with the name under which they were given. */
export function readAllowedRemotes(entries: readonly string[], name: string): readonly AllowedRemote[] {
  return entries
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const allowed = parseAllowedRemote(entry)
      if (allowed !== undefined) return allowed
      throw new AppError(
        'bad-settings',
        `${name} has "${entry.trim()}"; write a host or a part of one: github.com, github.com/acme`,
      )
    })
}

/** Settings of the server; `.env` in the current directory counts where the environment is silent. Throws `bad-settings`, naming each wrong one. */
export function readServerSettings(env: NodeJS.ProcessEnv = process.env): ServerSettings {
  if (env === process.env && existsSync('.env')) process.loadEnvFile('.env')
  const problems: string[] = []
  const number = (name: string, fallback: number, from: number, to: number): number => {
    const text = env[name]
    if (text === undefined || text === '') return fallback
    const value = Number(text)
    if (Number.isInteger(value) && value >= from && value <= to) return value
    problems.push(`${name} is "${text}"; write a whole number from ${from} to ${to}`)
    return fallback
  }
  const oneOf = <Word extends string>(name: string, words: readonly Word[], fallback: Word): Word => {
    const text = env[name]
    if (text === undefined || text === '') return fallback
    const word = words.find((each) => each === text)
    if (word === undefined) problems.push(`${name} is "${text}"; write ${words.join(', ')}`)
    return word ?? fallback
  }
  const webUrl = env.GHE_HOST ? `${env.GHE_PROTOCOL ?? 'https'}://${env.GHE_HOST}` : 'https://github.com'
  const settings: ServerSettings = {
    ...readSettings(env),
    credentials: readCredentials(env, problems),
    host: env.HOST ?? '0.0.0.0',
    port: number('PORT', 3000, 0, 65_535),
    webUrl,
    apiUrl: env.GHE_HOST ? `${webUrl}/api/v3` : 'https://api.github.com',
    databaseUrl: env.DATABASE_URL === '' ? undefined : env.DATABASE_URL,
    logLevel: oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal'], 'info'),
    logFormat: oneOf('LOG_FORMAT', ['json', 'pretty'], env.NODE_ENV === 'production' ? 'json' : 'pretty'),
    workers: number('WORKERS', 4, 1, 64),
    sweepMinutes: number('SWEEP_MINUTES', 10, 1, 59),
    fingerprintKey: env.FINGERPRINT_KEY,
    clustersFile: env.COUNTERSIGN_CLUSTERS === '' ? undefined : env.COUNTERSIGN_CLUSTERS,
    apiToken: readApiToken(env, problems),
    gitHubToken: env.GITHUB_TOKEN === '' ? undefined : env.GITHUB_TOKEN,
    environment: env,
  }
  if (problems.length > 0) throw new AppError('bad-settings', problems.join('\n'))
  return settings
}

/** Settings for a server against a local GitHub, as demo, tests and benchmarks start it. */
export function localSettings(local: {
  readonly home: string
  /** `127.0.0.1:PORT` */
  readonly gitHubHost: string
  readonly appId: number
  readonly privateKey: string
  readonly webhookSecret: string
  readonly port?: number
  readonly databaseUrl?: string | undefined
  readonly clustersFile?: string | undefined
  readonly allowedRemotes?: string | undefined
}): ServerSettings & { readonly credentials: Credentials } {
  const { appId, privateKey, webhookSecret } = local
  const settings = readServerSettings({
    PATH: process.env.PATH,
    COUNTERSIGN_HOME: local.home,
    GHE_HOST: local.gitHubHost,
    GHE_PROTOCOL: 'http',
    HOST: '127.0.0.1',
    PORT: String(local.port ?? 0),
    DATABASE_URL: local.databaseUrl ?? '',
    COUNTERSIGN_CLUSTERS: local.clustersFile ?? '',
    ALLOWED_REMOTES: local.allowedRemotes ?? '',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
  })
  return { ...settings, credentials: { appId, privateKey, webhookSecret } }
}

/** Short enough to be guessed is too short: nothing else guards the API. */
function readApiToken(env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const token = env.COUNTERSIGN_API_TOKEN
  if (token === undefined || token === '') return undefined
  if (token.length < 20)
    problems.push('COUNTERSIGN_API_TOKEN is shorter than 20 characters; make one with `openssl rand -hex 32`')
  return token
}

function readCredentials(env: NodeJS.ProcessEnv, problems: string[]): Credentials | undefined {
  const privateKey = readPrivateKey(env, problems)
  if (!env.APP_ID && privateKey === undefined) return undefined
  const appId = Number(env.APP_ID)
  if (!Number.isInteger(appId) || appId <= 0)
    problems.push(`APP_ID is "${env.APP_ID ?? ''}"; write the App's number from its settings page`)
  if (privateKey === undefined)
    problems.push('PRIVATE_KEY or PRIVATE_KEY_PATH is missing; generate a key on the App’s settings page')
  if (!env.WEBHOOK_SECRET)
    problems.push('WEBHOOK_SECRET is missing; without it anybody could send deliveries')
  if (privateKey === undefined || !env.WEBHOOK_SECRET) return undefined
  return { appId, privateKey, webhookSecret: env.WEBHOOK_SECRET }
}

function readPrivateKey(env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  if (env.PRIVATE_KEY) {
    const text = env.PRIVATE_KEY.replaceAll('\\n', '\n')
    return text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8')
  }
  if (!env.PRIVATE_KEY_PATH) return undefined
  try {
    return readFileSync(env.PRIVATE_KEY_PATH, 'utf8')
  } catch (error) {
    problems.push(`PRIVATE_KEY_PATH: ${(error as Error).message}`)
    return undefined
  }
}
