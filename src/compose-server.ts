import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verify } from '@octokit/webhooks-methods'
import { Hono } from 'hono'
import { Probot } from 'probot'
import { createGitHubApp } from './adapters/github/github-app.ts'
import { ThrottledOctokit } from './adapters/github/throttled-octokit.ts'
import { createDeployers } from './adapters/deployers/create-deployers.ts'
import { createPgBossQueue } from './adapters/queue/pg-boss-queue.ts'
import { examineDatabase, openDatabase, type DatabaseLocation } from './adapters/store/database.ts'
import { createSqlStore } from './adapters/store/sql-store.ts'
import { countersignApp } from './app.ts'
import { readClusters } from './clusters.ts'
import { composeLocal } from './compose.ts'
import { checkReadiness } from './pipeline/check-readiness.ts'
import type { PipelineDeps } from './pipeline/deps.ts'
import { answerGate } from './pipeline/answer-gate.ts'
import { startInboxDrain } from './pipeline/drain-inbox.ts'
import { evaluatePull } from './pipeline/evaluate-pull.ts'
import { followRollout } from './pipeline/follow-rollout.ts'
import { judgeGroup } from './pipeline/judge-group.ts'
import { runCommand } from './pipeline/run-command.ts'
import { runTicks } from './pipeline/run-ticks.ts'
import { sweep } from './pipeline/sweep.ts'
import { takeChange } from './pipeline/take-change.ts'
import { takeNews } from './pipeline/take-news.ts'
import { readPreset } from './presets.ts'
import type { Credentials, ServerSettings } from './settings.ts'
import { apiRoutes } from './web/api.ts'
import { deployerHooks } from './web/deployer-hooks.ts'
import { gateHooks } from './web/gate-hooks.ts'
import { healthRoutes } from './web/health.ts'
import { webhookRoutes } from './web/webhooks.ts'

export interface Server {
  readonly routes: Hono
  /** Starts workers and drain. */
  start(): Promise<void>
  /** Lets what runs end, then closes the database. */
  stop(): Promise<void>
}

/** Constructs the server: adapters, pipeline, routes. */
export async function composeServer(settings: ServerSettings, credentials: Credentials): Promise<Server> {
  const local = await composeLocal(settings)
  const clusters = await readClusters(settings.clustersFile)
  const probot = new Probot({
    appId: credentials.appId,
    privateKey: credentials.privateKey,
    secret: credentials.webhookSecret,
    baseUrl: settings.apiUrl,
    Octokit: ThrottledOctokit,
    logLevel: settings.logLevel,
    logFormat: settings.logFormat,
  })
  await probot.ready()
  const log = probot.log.child({ name: 'countersign' })

  const database = await openDatabase(databaseLocation(settings))
  const store = createSqlStore(database)
  // What a process that died had taken need not wait until it counts as abandoned.
  if (database.exclusive) await store.releaseDeliveries()
  const { workers, sweepMinutes } = settings
  const queue = await createPgBossQueue(database, {
    workers,
    sweepMinutes,
    onError: (error) => log.error({ err: error }, 'queue failed'),
  })
  const fingerprintKey = await readFingerprintKey(settings)

  const deps: PipelineDeps = {
    appId: credentials.appId,
    app: createGitHubApp(probot, { appId: credentials.appId, gitUrl: settings.webUrl }),
    store,
    queue,
    mirrors: local.mirrors,
    deployers: createDeployers(clusters, () => new Date()),
    takeChange: (repository, request) => takeChange({ ...local, repository, fingerprintKey }, request),
    checkReadiness,
    presets: readPreset,
    now: () => new Date(),
    log,
  }
  countersignApp(probot, deps, credentials.appId)

  const drain = startInboxDrain(
    store,
    ({ id, event, payload }) => probot.receive({ id, name: event as never, payload: payload as never }),
    log,
  )
  const routes = new Hono()
  routes.route('/', healthRoutes(store))
  routes.route(
    '/',
    webhookRoutes({
      verify: (body, signature) => verify(credentials.webhookSecret, body, signature),
      store,
      wake: () => drain.wake(),
      log,
    }),
  )
  routes.route(
    '/',
    deployerHooks({
      clusters,
      now: deps.now,
      tell: (name, observation) => takeNews(deps, name, observation),
      log,
    }),
  )
  routes.route(
    '/',
    gateHooks({
      clusters,
      answer: (gate, canary) => answerGate(deps, gate, canary),
      nudge: (canary) => takeNews(deps, canary, undefined),
      log,
    }),
  )
  routes.route('/', apiRoutes({ token: settings.apiToken, store }))
  routes.notFound((context) => context.json({ error: 'There is nothing here.' }, 404))
  routes.onError((error, context) => {
    // The path of Flagger's gates ends in a secret.
    const path = context.req.path.replace(/^(\/hooks\/flagger\/[^/]*\/).*/, '$1…')
    log.error({ err: error, path }, 'request failed')
    return context.json({ error: 'Something failed on our side; it was logged.' }, 500)
  })

  return {
    routes,
    async start() {
      await queue.start({
        judge: (due) => evaluatePull(deps, due),
        command: (due) => runCommand(deps, due),
        follow: (due) => followRollout(deps, due),
        ticks: (due) => runTicks(deps, due),
        group: (due) => judgeGroup(deps, due),
        sweep: () => sweep(deps),
      })
      log.info({ database: await store.describe() }, 'countersign started')
    },
    async stop() {
      await drain.stop()
      await queue.stop()
      await store.close()
    },
  }
}

/** Fingerprints must survive a restart, or every secret would seem to have changed. */
async function readFingerprintKey(settings: ServerSettings): Promise<string> {
  if (settings.fingerprintKey !== undefined) return settings.fingerprintKey
  // Replicas share a database and no disk: what they share is derived from what all of them know.
  if (settings.databaseUrl !== undefined && settings.credentials !== undefined) {
    return createHash('sha256').update(`fingerprints\n${settings.credentials.privateKey}`).digest('hex')
  }
  const file = join(settings.home, 'fingerprint.key')
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch {
    const key = randomBytes(32).toString('hex')
    await mkdir(settings.home, { recursive: true })
    await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx' })
    return key
  }
}

function databaseLocation(settings: ServerSettings): DatabaseLocation {
  return settings.databaseUrl === undefined
    ? { directory: join(settings.home, 'database') }
    : { url: settings.databaseUrl }
}

/** What the store is, for `doctor`. Throws `store-failed` when it does not answer. */
export function examineStore(settings: ServerSettings): Promise<string> {
  return examineDatabase(databaseLocation(settings))
}
