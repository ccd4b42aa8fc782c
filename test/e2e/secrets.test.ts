import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalGitHub, type LocalGitHub } from '../../demo/github/local-github.ts'
import { sampleWithoutChecklist, setStage, type Stage } from '../../demo/stage.ts'
import { openDatabase } from '../../src/adapters/store/database.ts'
import type { Json } from '../../src/core/change/resource.ts'
import { base64, credentialPlaces } from '../support/credential-places.ts'
import { prepareServerProcess, type ServerProcess } from '../support/server-process.ts'
import { eventually } from '../support/start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }
const overlay = 'deploy/overlays/production'
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
/** Every credential that a file of a pull request has held. */
const secrets: string[] = []
/** What GitHub was told, in words. */
const told: string[] = []

let home: string
let github: LocalGitHub
let stage: Stage
let server: ServerProcess
let kustomization: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-secrets-'))
  github = await startLocalGitHub()
  const files = await sampleWithoutChecklist()
  kustomization = files[`${overlay}/kustomization.yaml`] ?? ''
  stage = await setStage(github, { files })
  server = await prepareServerProcess(stage, { gitHubHost: github.host, home, logLevel: 'trace' })
  stage.connect(`${server.url}/api/github/webhooks`)
  await server.start()
})
afterAll(async () => {
  await server.stop()
  await github.close()
  await rm(home, { recursive: true, force: true })
})

const as = (login: string): Octokit =>
  new Octokit({ baseUrl: github.apiUrl, auth: stage.tokens[login] ?? '', log: quiet })

function secret(): string {
  const made = [...randomBytes(16)].map((byte) => 'abcdefghkmnpqrst'[byte % 16]).join('')
  secrets.push(made)
  return made
}

/** One object of each kind of place, under names of their own. */
function everyPlace(): string {
  const objects = credentialPlaces.map((place, index) => ({
    ...place(secret()),
    metadata: { ...(place('x'.repeat(16)).metadata as Record<string, Json>), name: `place-${index}` },
  }))
  return objects.map((object) => JSON.stringify(object)).join('\n---\n')
}

interface Seen {
  readonly title: string
  readonly conclusion: string | null
  readonly comments: readonly string[]
}

async function look(number: number): Promise<Seen> {
  const octokit = as('alex')
  const { data: pull } = await octokit.rest.pulls.get({ ...at, pull_number: number })
  const { data: checks } = await octokit.rest.checks.listForRef({ ...at, ref: pull.head.sha })
  const { data: comments } = await octokit.rest.issues.listComments({ ...at, issue_number: number })
  const check = checks.check_runs.find(({ name }) => name === 'countersign')
  told.push(JSON.stringify([checks, comments]))
  return {
    title: check?.output.title ?? '',
    conclusion: check?.conclusion ?? null,
    comments: comments.map(({ body }) => body ?? ''),
  }
}

async function propose(branch: string, files: Readonly<Record<string, string>>): Promise<number> {
  await github.commit(stage.repository, files, { by: 'mallory', branch, from: 'main', message: branch })
  const { data } = await as('mallory').rest.pulls.create({ ...at, title: branch, head: branch, base: 'main' })
  return data.number
}

/** All that the store and the queue hold, as JSON; webhooks as GitHub sent them too. */
async function stored(): Promise<string> {
  const database = await openDatabase({ directory: join(home, 'database') })
  const { rows } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema')`.execute(database.kysely)
  const all: unknown[] = []
  for (const { schema, name } of rows)
    all.push((await sql`select * from ${sql.id(schema, name)}`.execute(database.kysely)).rows)
  await database.close()
  return JSON.stringify(all)
}

/** What stands before a credential, for the words of a failure. */
function contextOf(text: string, value: string): string {
  const found = text.indexOf(value)
  return found < 0 ? 'encoded' : text.slice(Math.max(0, found - 80), found)
}

const broken = {
  'no YAML': (s: string) => ({
    [`${overlay}/map.yaml`]: `kind: ConfigMap\ndata:\n  password: "${s}\n  b: [\n`,
  }),
  'no manifest': (s: string) => ({ [`${overlay}/map.yaml`]: `password: ${s}\nmetadata: ${s}\n` }),
  'a patch without a target': (s: string) => ({
    [`${overlay}/map.yaml`]: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    [`${overlay}/kustomization.yaml`]: `${kustomization}patches:\n- patch: |\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: gone}\n    stringData: {password: ${s}}\n`,
  }),
  'a generator that cannot be read': (s: string) => ({
    [`${overlay}/map.yaml`]: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    [`${overlay}/kustomization.yaml`]: `${kustomization}secretGenerator:\n- name: a\n  literals: ["password=${s}", "TOKEN ${s}"]\n`,
  }),
  'the address of a base': (s: string) => ({
    [`${overlay}/map.yaml`]: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    [`${overlay}/kustomization.yaml`]: kustomization.replace(
      'resources:\n',
      `resources:\n  - https://me:${s}@github.com/acme/base//x?ref=v1\n`,
    ),
  }),
} satisfies Record<string, (secret: string) => Record<string, string>>

describe('credentials', () => {
  it(
    'are in no comment, no check, no log at its most talkative and nothing that is stored',
    { timeout: 240_000 },
    async () => {
      const withMap = kustomization.replace('resources:\n', 'resources:\n  - map.yaml\n')
      const number = await propose('every-place', {
        [`${overlay}/kustomization.yaml`]: withMap,
        [`${overlay}/map.yaml`]: everyPlace(),
      })
      await eventually('the comment', async () => (await look(number)).comments.length > 0, 60_000)
      await as('carol').rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' })
      await as('dana').rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' })
      await eventually('a green check', async () => (await look(number)).conclusion === 'success', 60_000)
      // Other values in every place: what was signed is compared with what is there now.
      await github.commit(
        stage.repository,
        { [`${overlay}/map.yaml`]: everyPlace() },
        { by: 'mallory', branch: 'every-place', message: 'Other values' },
      )
      await eventually('approvals to end', async () => (await look(number)).conclusion !== 'success', 60_000)

      for (const [name, files] of Object.entries(broken)) {
        const failing = await propose(name.replaceAll(' ', '-'), {
          [`${overlay}/kustomization.yaml`]: withMap,
          ...files(secret()),
        })
        await eventually(
          `the error of ${name}`,
          async () => (await look(failing)).conclusion === 'failure',
          60_000,
        )
      }
      await server.stop()

      const logged = server.output()
      const kept = await stored()
      // What is looked through is there: the log has judgements in it, the store has decisions.
      expect(logged.length).toBeGreaterThan(1_000)
      expect(kept).toContain('place-1')
      expect(secrets.length).toBe(2 * credentialPlaces.length + Object.keys(broken).length)
      const all = { logged, kept, told: told.join('\n') }
      const leaks = secrets.flatMap((value, index) =>
        Object.entries(all).flatMap(([where, text]) =>
          [value, base64(value), base64(`password=${value}`)].some((form) => text.includes(form))
            ? [`${index} in ${where}: ${contextOf(text, value)}`]
            : [],
        ),
      )
      expect(leaks).toEqual([])
    },
  )
})
