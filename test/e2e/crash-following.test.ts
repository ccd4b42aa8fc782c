import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDeployer } from '../../demo/deployer/start-deployer.ts'
import type { Outcome, StandIn } from '../../demo/deployer/stand-in.ts'
import { startLocalGitHub, type LocalGitHub } from '../../demo/github/local-github.ts'
import { setStage, type Stage } from '../../demo/stage.ts'
import { killAt } from '../support/kill-at.ts'
import { kustomization, overlay, promotionFiles } from '../support/promotion-files.ts'
import { prepareServerProcess, type ServerProcess } from '../support/server-process.ts'
import { eventually } from '../support/start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const outcomes: Record<string, Outcome> = {}
const waited = 150_000

let home: string
let github: LocalGitHub
let stage: Stage
let standIn: StandIn
let server: ServerProcess
let version = 13

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-crash-'))
  github = await startLocalGitHub({ limits: { core: 100_000, graphql: 100_000 } })
  stage = await setStage(github, { files: await promotionFiles() })
  const deployer = await startDeployer({
    home,
    github,
    stage,
    objects: [
      { kind: 'Kustomization', namespace: 'apps', name: 'staging', path: 'deploy/overlays/staging' },
      { kind: 'Application', namespace: 'argocd', name: 'production', path: 'deploy/overlays/production' },
    ],
    outcome: async ({ name }) => outcomes[name] ?? 'healthy',
  })
  standIn = deployer.standIn
  const { clustersFile } = deployer
  server = await prepareServerProcess(stage, { gitHubHost: github.host, home, clustersFile })
  stage.connect(`${server.url}/api/github/webhooks`)
  standIn.connect(server.url)
  await server.start()
})
afterAll(async () => {
  await server.stop()
  await standIn.close()
  const { violations } = github
  await github.close()
  await rm(home, { recursive: true, force: true })
  expect(violations).toEqual([])
})

const as = (login: string): Octokit =>
  new Octokit({ baseUrl: github.apiUrl, auth: stage.tokens[login] ?? '', log: quiet })

async function openPulls(): Promise<{ number: number; title: string; head: { sha: string } }[]> {
  return (await as('alex').rest.pulls.list({ ...at, state: 'open' })).data
}

async function merged(number: number): Promise<string> {
  return eventually(
    `the merge of #${number}`,
    async () => {
      const { data } = await as('alex').rest.pulls.get({ ...at, pull_number: number })
      return data.merged && (data.merge_commit_sha ?? false)
    },
    waited,
  )
}

/** Bumps staging, which merges by itself. */
async function bump(): Promise<void> {
  const tag = `6.${++version}.0`
  const branch = `frontend-${tag}`
  const change = { [overlay('staging')]: kustomization('staging', tag) }
  await github.commit(stage.repository, change, { by: 'mallory', branch, message: branch })
  const { data } = await as('mallory').rest.pulls.create({ ...at, title: branch, head: branch, base: 'main' })
  await merged(data.number)
}

/** The pull request that stands after the crash: one, judged, with one commit on its branch. */
async function proposed(title: RegExp, wants: string): Promise<number> {
  const pull = await eventually(
    `${title}`,
    async () => (await openPulls()).find((each) => title.test(each.title)),
    waited,
  )
  await eventually(
    'its check',
    async () => {
      const { data: now } = await as('alex').rest.pulls.get({ ...at, pull_number: pull.number })
      const { data } = await as('alex').rest.checks.listForRef({ ...at, ref: now.head.sha })
      return data.check_runs[0]?.output.title?.includes(wants)
    },
    waited,
  )
  const { data: commits } = await as('alex').rest.pulls.listCommits({ ...at, pull_number: pull.number })
  expect(commits).toHaveLength(1)
  expect((await openPulls()).map((each) => each.title)).toEqual([pull.title])
  return pull.number
}

async function succeeds(sha: string): Promise<void> {
  await eventually(
    'success',
    async () => {
      const { data } = await as('alex').rest.repos.listDeployments({ ...at, sha })
      const statuses = await Promise.all(
        data.map((each) => as('alex').rest.repos.listDeploymentStatuses({ ...at, deployment_id: each.id })),
      )
      // Nothing doubled: one deployment for each environment, no state twice in a row.
      for (const { data: all } of statuses)
        for (const [index, each] of all.entries()) expect(each.state).not.toBe(all[index + 1]?.state)
      expect(new Set(data.map(({ environment }) => environment)).size).toBe(data.length)
      return data.length > 0 && statuses.every((each) => each.data[0]?.state === 'success')
    },
    waited,
  )
}

async function sign(number: number, ...logins: readonly string[]): Promise<string> {
  for (const login of logins)
    await as(login).rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' })
  return merged(number)
}

describe('a server that is killed while it follows', () => {
  for (const [what, method, path] of [
    ['the branch of a promotion', 'POST', /\/git\/refs$/],
    ['the pull request of a promotion', 'POST', /\/pulls$/],
  ] as const) {
    it(`after ${what} completes it and doubles nothing`, { timeout: 600_000 }, async () => {
      // mallory opens pull requests too: only the App's are meant, and it opens none before staging is merged.
      await bump()
      const kill = killAt(github, server, { method, path, moment: 'after' })
      const number = await proposed(/^Promote /, '2 of 2 approvals')
      await kill.happened
      await succeeds(await sign(number, 'dana', 'lee'))
    })
  }

  it(
    'after the state of a deployment, and after the pull request of a rollback',
    { timeout: 600_000 },
    async () => {
      await bump()
      const number = await proposed(/^Promote /, '2 of 2 approvals')
      outcomes.production = 'failed'
      const status = killAt(github, server, {
        method: 'POST',
        path: /\/deployments\/\d+\/statuses$/,
        moment: 'after',
      })
      await sign(number, 'dana', 'lee')
      await status.happened
      const kill = killAt(github, server, { method: 'POST', path: /\/pulls$/, moment: 'after' })
      const rollback = await proposed(/^Roll back production/, '1 of 1 approval')
      await kill.happened
      outcomes.production = 'healthy'
      await succeeds(await sign(rollback, 'dana'))
    },
  )
})
