import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { getRequestListener } from '@hono/node-server'
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks'
import { verify } from '@octokit/webhooks-methods'
import { openDatabase, type DatabaseLocation } from '../src/adapters/store/database.ts'
import { createSqlStore } from '../src/adapters/store/sql-store.ts'
import { webhookRoutes } from '../src/web/webhooks.ts'
import { sampleWithoutChecklist } from '../demo/stage.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { eventually, startJourney } from '../test/support/start-journey.ts'

const secret = 'a secret of the benchmark'
const deliveries = 2_000
const connections = 16

interface Figures {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** Deliveries accepted per second and the time of the answer: durable, against Octokit's own middleware that keeps nothing. */
export async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-bench-'))
  const postgres = await startPostgres()
  try {
    const reference = await load(memoryListener())
    const pglite = await durable({ directory: join(directory, 'database') })
    const server = await durable({ url: postgres.url })
    console.log(`${deliveries} deliveries of 20 kB over ${connections} connections; one load process\n`)
    console.log('| accepted by | per second | p50 ms | p99 ms | rate against the reference |')
    console.log('|---|---|---|---|---|')
    row('reference: @octokit/webhooks middleware, in memory', reference, reference)
    row('Countersign, PGlite', pglite, reference)
    row('Countersign, PostgreSQL', server, reference)
    await requestsPerJudgement()
  } finally {
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Requests to GitHub that judging the demo's pull request costs: policy-bot needs about 8 reads (its own code, counted). */
async function requestsPerJudgement(): Promise<void> {
  const journey = await startJourney({ files: await sampleWithoutChecklist() })
  try {
    const { github, stage } = journey
    const at = { owner: 'acme', repo: 'shop' }
    const file = 'deploy/bases/frontend/deployment.yaml'
    const before = (await sampleWithoutChecklist())[file] ?? ''
    await eventually('the first sweep', async () =>
      github.requests.some((each) => each.operation === 'GET /installation/repositories'),
    )
    await github.commit(
      stage.repository,
      { [file]: before.replace('6.13.0', '6.14.1') },
      { by: 'mallory', branch: 'bump', message: 'Bump' },
    )
    const count = async (
      what: string,
      act: () => Promise<unknown>,
      done: () => Promise<boolean>,
    ): Promise<void> => {
      const from = github.requests.length
      await act()
      await eventually(what, done)
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      const own = github.requests
        .slice(from)
        .filter((each) => each.actor === 'countersign[bot]' && each.api !== 'git')
      const judgements = Math.max(1, own.filter((each) => each.operation === 'ReadPull').length)
      const reads = own.filter((each) => each.api === 'graphql' || each.method === 'GET').length
      console.log(`| ${what} | ${judgements} | ${(reads / judgements).toFixed(1)} | ${own.length - reads} |`)
    }
    console.log('\n| what happened | judgements | reads for each | writes |')
    console.log('|---|---|---|---|')
    const head = async (): Promise<string> =>
      (await journey.as('alex').rest.repos.getBranch({ ...at, branch: 'bump' })).data.commit.sha
    const green = async (): Promise<boolean> => {
      const { data } = await journey
        .as('alex')
        .rest.checks.listForRef({ ...at, ref: await head(), check_name: 'countersign' })
      return data.check_runs[0]?.conclusion === 'success'
    }
    const commented = async (): Promise<boolean> =>
      (await journey.as('alex').rest.issues.listComments({ ...at, issue_number: 1 })).data.length > 0
    await count(
      'opened, nothing cached',
      () => journey.as('mallory').rest.pulls.create({ ...at, title: 'Bump', head: 'bump', base: 'main' }),
      commented,
    )
    await count(
      'reviewed',
      () => journey.as('dana').rest.pulls.createReview({ ...at, pull_number: 1, event: 'APPROVE' }),
      green,
    )
    await count(
      'reviewed again',
      () => journey.as('dana').rest.pulls.createReview({ ...at, pull_number: 1, event: 'APPROVE' }),
      green,
    )
  } finally {
    await journey.close()
  }
}

function row(name: string, figures: Figures, reference: Figures): void {
  const { perSecond, p50, p99 } = figures
  const ratio = perSecond / reference.perSecond
  console.log(
    `| ${name} | ${perSecond.toFixed(0)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${ratio.toFixed(2)} |`,
  )
}

function memoryListener(): RequestListener {
  const webhooks = new Webhooks({ secret })
  const middleware = createNodeMiddleware(webhooks, { path: '/api/github/webhooks' })
  return (request, response) => void middleware(request, response)
}

async function durable(location: DatabaseLocation): Promise<Figures> {
  const store = createSqlStore(await openDatabase(location))
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const routes = webhookRoutes({
    verify: (body, signature) => verify(secret, body, signature),
    store,
    wake: () => {},
    log: silent,
  })
  try {
    const listener = getRequestListener((request) => routes.fetch(request))
    return await load((request, response) => void listener(request, response))
  } finally {
    await store.close()
  }
}

async function load(listener: RequestListener): Promise<Figures> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/github/webhooks`
  const offer = async (count: number): Promise<{ seconds: number; times: number[] }> => {
    const args = [
      join(import.meta.dirname, 'webhook-load.ts'),
      url,
      secret,
      String(count),
      String(connections),
    ]
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 })
    return JSON.parse(stdout) as { seconds: number; times: number[] }
  }
  await offer(200)
  const { seconds, times } = await offer(deliveries)
  server.close()
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { perSecond: deliveries / seconds, p50: at(0.5), p99: at(0.99) }
}
