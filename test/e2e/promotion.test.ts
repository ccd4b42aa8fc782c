import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Octokit } from '@octokit/rest'
import type { Outcome } from '../../demo/deployer/stand-in.ts'
import { kustomization, overlay, promotionFiles } from '../support/promotion-files.ts'
import { eventually, startJourney, type Journey } from '../support/start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }
const outcomes: Record<string, Outcome> = {}
describe('from one environment to the next, and back', { timeout: 400_000 }, () => {
  let journey: Journey
  let alex: Octokit
  beforeAll(async () => {
    journey = await startJourney({
      files: await promotionFiles(),
      cluster: {
        objects: [
          { kind: 'Kustomization', namespace: 'apps', name: 'staging', path: 'deploy/overlays/staging' },
          {
            kind: 'Application',
            namespace: 'argocd',
            name: 'production',
            path: 'deploy/overlays/production',
          },
        ],
        outcome: async ({ name }) => outcomes[name] ?? 'healthy',
      },
    })
    alex = journey.as('alex')
  })
  afterAll(async () => {
    expect(journey.github.violations).toEqual([])
    await journey.close()
  })

  async function propose(tag: string): Promise<number> {
    const branch = `frontend-${tag}`
    const change = { [overlay('staging')]: kustomization('staging', tag) }
    await journey.github.commit('acme/shop', change, { by: 'mallory', branch, message: branch })
    const { data } = await journey
      .as('mallory')
      .rest.pulls.create({ ...at, title: branch, head: branch, base: 'main' })
    return data.number
  }
  async function merged(number: number): Promise<string> {
    const pull = await eventually(
      `the merge of #${number}`,
      async () => {
        const { data } = await alex.rest.pulls.get({ ...at, pull_number: number })
        return data.merged && data
      },
      120_000,
    )
    return pull.merge_commit_sha ?? ''
  }
  async function opened(title: RegExp): Promise<{ number: number; body: string; user: string }> {
    const found = await eventually(
      `a pull request ${title}`,
      async () => {
        const { data } = await alex.rest.pulls.list({ ...at, state: 'open' })
        return data.find((each) => title.test(each.title))
      },
      120_000,
    )
    return { number: found.number, body: found.body ?? '', user: found.user?.login ?? '' }
  }
  async function check(number: number): Promise<string> {
    const { data: pull } = await alex.rest.pulls.get({ ...at, pull_number: number })
    const { data } = await alex.rest.checks.listForRef({ ...at, ref: pull.head.sha })
    return data.check_runs[0]?.output.title ?? ''
  }
  const approve = (login: string, number: number): Promise<unknown> =>
    journey.as(login).rest.pulls.createReview({ ...at, pull_number: number, event: 'APPROVE' })
  async function production(): Promise<string> {
    const { data } = await alex.rest.repos.getContent({ ...at, path: overlay('production') })
    return Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
  }

  test('what soaked is proposed, signed by others than its authors, and touches one value', async () => {
    await merged(await propose('6.14.0'))
    const promotion = await opened(/^Promote frontend 6\.14\.0 to production$/)
    expect(promotion.user).toBe('countersign[bot]')
    expect(promotion.body).toContain('Contributors of what is promoted cannot sign it: mallory.')
    const { data: changed } = await alex.rest.pulls.listFiles({ ...at, pull_number: promotion.number })
    expect(changed.map(({ filename, additions, deletions }) => [filename, additions, deletions])).toEqual([
      [overlay('production'), 1, 1],
    ])
    await eventually('the check', async () => (await check(promotion.number)).includes('2 of 2 approvals'))
    await approve('dana', promotion.number)
    await approve('lee', promotion.number)
    await merged(promotion.number)
    expect(await production()).toBe(kustomization('production', '6.14.0'))
    await eventually(
      'success in production',
      async () => {
        const { data: deployments } = await alex.rest.repos.listDeployments({
          ...at,
          environment: 'production',
        })
        const id = deployments[0]?.id
        if (id === undefined) return false
        const { data: statuses } = await alex.rest.repos.listDeploymentStatuses({ ...at, deployment_id: id })
        return statuses[0]?.state === 'success'
      },
      120_000,
    )
  })

  test('what breaks is taken back with fewer signatures, through a freeze, and not promoted again', async () => {
    await merged(await propose('6.15.0'))
    const promotion = await opened(/^Promote frontend 6\.15\.0 to production$/)
    outcomes.production = 'failed'
    await approve('dana', promotion.number)
    await approve('lee', promotion.number)
    await merged(promotion.number)
    const rollback = await opened(/^Roll back production: take back #/)
    expect(rollback.body).toContain('is degraded')
    await alex.rest.issues.createComment({
      ...at,
      issue_number: rollback.number,
      body: '/freeze production because of the incident',
    })
    await eventually('the check', async () =>
      (await check(rollback.number)).includes('1 of 1 approval (rollback)'),
    )
    outcomes.production = 'healthy'
    await approve('dana', rollback.number)
    await merged(rollback.number)
    expect(await production()).toBe(kustomization('production', '6.14.0'))
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    const { data: open } = await alex.rest.pulls.list({ ...at, state: 'open' })
    expect(open.map(({ title }) => title)).toEqual([])
  })

  test('by hand: what was taken back waits for its release, and whoever asks does not sign', async () => {
    const say = (login: string, number: number, body: string): Promise<unknown> =>
      journey.as(login).rest.issues.createComment({ ...at, issue_number: number, body })
    const replies = async (number: number): Promise<string> => {
      const { data } = await alex.rest.issues.listComments({ ...at, issue_number: number })
      return data.map((each) => each.body ?? '').join('\n')
    }
    const { data: closed } = await alex.rest.pulls.list({ ...at, state: 'closed', per_page: 100 })
    const source = closed.find(({ title }) => title === 'frontend-6.15.0')?.number ?? 0
    await say('dana', source, '/promote production')
    await eventually('the refusal', async () => (await replies(source)).includes('was taken back'), 120_000)
    await say('dana', source, '/release')
    await eventually(
      'the release',
      async () => (await replies(source)).includes('may be promoted again'),
      120_000,
    )
    await say('dana', source, '/promote production')
    const promotion = await opened(/^Promote frontend 6\.15\.0 to production$/)
    expect(promotion.body).toContain('Asked for by dana.')
    await approve('dana', promotion.number)
    await approve('lee', promotion.number)
    await eventually(
      'the check',
      async () => (await check(promotion.number)).includes('waiting for 1 of 2 approvals (release managers)'),
      120_000,
    )
  })
})
