import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalGitHub, type LocalGitHub } from '../../demo/github/local-github.ts'
import { sampleWithoutChecklist, setStage, type Stage } from '../../demo/stage.ts'
import { killAt } from '../support/kill-at.ts'
import { prepareServerProcess, type ServerProcess } from '../support/server-process.ts'
import { eventually } from '../support/start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }
const deployment = 'deploy/bases/frontend/deployment.yaml'
const sticky = '<!-- countersign:sticky -->'
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Every effect of a journey, as the request that carries it out. */
const effects = [
  ['the first check', 'POST', /\/check-runs$/],
  ['the comment', 'POST', /\/issues\/\d+\/comments$/],
  ['the request for a review', 'POST', /\/requested_reviewers$/],
  ['the check after the review', 'PATCH', /\/check-runs\/\d+$/],
  ['the comment after the review', 'PATCH', /\/issues\/comments\/\d+$/],
  ['the reaction to /merge', 'POST', /\/reactions$/],
  ['the merge', 'PUT', /\/merge$/],
  ['a deployment', 'POST', /\/deployments$/],
  ['a deployment status', 'POST', /\/deployments\/\d+\/statuses$/],
] as const

let home: string
let github: LocalGitHub
let stage: Stage
let server: ServerProcess
let version = 14

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-crash-'))
  github = await startLocalGitHub({ limits: { core: 100_000, graphql: 100_000 } })
  stage = await setStage(github, { files: await sampleWithoutChecklist() })
  server = await prepareServerProcess(stage, { gitHubHost: github.host, home })
  stage.connect(`${server.url}/api/github/webhooks`)
  await server.start()
})
afterAll(async () => {
  await server.stop()
  const { violations } = github
  await github.close()
  await rm(home, { recursive: true, force: true })
  expect(violations).toEqual([])
})

const as = (login: string): Octokit =>
  new Octokit({ baseUrl: github.apiUrl, auth: stage.tokens[login] ?? '', log: quiet })

async function openPull(): Promise<{ number: number; head: string }> {
  const octokit = as('mallory')
  const { data } = await octokit.rest.repos.getContent({ ...at, path: deployment })
  const before = Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
  const branch = `frontend-${++version}`
  const after = before.replace(/frontend:[\d.]+/, `frontend:6.${version}.0`)
  await github.commit(stage.repository, { [deployment]: after }, { by: 'mallory', branch, message: branch })
  const { data: pull } = await octokit.rest.pulls.create({ ...at, title: branch, head: branch, base: 'main' })
  return { number: pull.number, head: pull.head.sha }
}

async function checksOf(
  head: string,
): Promise<{ conclusion: string | null; output: { title: string | null } }[]> {
  return (await as('alex').rest.checks.listForRef({ ...at, ref: head, check_name: 'countersign' })).data
    .check_runs
}

async function commentsOf(number: number): Promise<string[]> {
  const { data } = await as('alex').rest.issues.listComments({ ...at, issue_number: number })
  const own = data.filter((comment) => comment.user?.type === 'Bot').map((comment) => comment.body ?? '')
  // A `/merge` that came a moment too early is answered with a reply, once.
  expect(own.filter((body) => !body.includes(sticky)).length).toBeLessThanOrEqual(1)
  return own.filter((body) => body.includes(sticky))
}

describe('a server that is killed', () => {
  for (const [what, method, path] of effects) {
    // A lost answer is the hard case, so every effect meets it; before GitHub did anything is the same everywhere, and tried twice.
    const moments =
      what === 'the first check' || what === 'the merge'
        ? (['before', 'after'] as const)
        : (['after'] as const)
    for (const moment of moments) {
      it(`${moment} ${what} completes the journey and doubles nothing`, { timeout: 240_000 }, async () => {
        const kill = killAt(github, server, { method, path, moment })
        const { number, head } = await openPull()
        const waited = 90_000
        await eventually(
          'the check',
          async () => (await checksOf(head))[0]?.output.title?.includes('release managers'),
          waited,
        )
        await eventually('the comment', async () => (await commentsOf(number)).length > 0, waited)
        await as('dana').rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' })
        await eventually(
          'a green check',
          async () => (await checksOf(head))[0]?.conclusion === 'success',
          waited,
        )
        await as('mallory').rest.issues.createComment({ ...at, issue_number: number, body: '/merge' })
        const merged = await eventually(
          'the merge',
          async () => {
            const { data } = await as('alex').rest.pulls.get({ ...at, pull_number: number })
            return data.merged ? (data.merge_commit_sha ?? undefined) : undefined
          },
          waited,
        )
        const deployed = await eventually(
          'the deployments',
          async () => {
            const { data } = await as('alex').rest.repos.listDeployments({ ...at, sha: merged })
            const states = await Promise.all(
              data.map((each) =>
                as('alex').rest.repos.listDeploymentStatuses({ ...at, deployment_id: each.id }),
              ),
            )
            return states.length === 2 && states.every((each) => each.data.length > 0) && { data, states }
          },
          waited,
        )
        await kill.happened
        expect(await checksOf(head)).toHaveLength(1)
        expect(await commentsOf(number)).toHaveLength(1)
        const { timeline } = github.pull(stage.repository, number)
        expect(timeline.filter(({ type }) => type === 'ReviewRequestedEvent')).toHaveLength(1)
        expect(deployed.data.map((each) => each.environment).sort()).toEqual(['production', 'staging'])
        expect(deployed.states.map((each) => each.data.map((status) => status.state))).toEqual([
          ['queued'],
          ['queued'],
        ])
        const { data: log } = await as('alex').rest.repos.listCommits({ ...at, per_page: 5 })
        expect(log.filter((each) => each.commit.message.includes(`(#${number})`))).toHaveLength(1)
      })
    }
  }
})
