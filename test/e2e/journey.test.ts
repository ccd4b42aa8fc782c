import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { eventually, startJourney, type Journey } from '../support/start-journey.ts'

let journey: Journey
const at = { owner: 'acme', repo: 'shop' }
const deployment = 'deploy/bases/frontend/deployment.yaml'

beforeAll(async () => {
  journey = await startJourney({ files: await sampleWithoutChecklist() })
})
afterAll(async () => {
  const { violations } = journey.github
  await journey.close()
  expect(violations).toEqual([])
})

/** What stands on a pull request: the newest check of ours on its head and the comments of ours. */
async function published(number: number): Promise<{
  title: string
  conclusion: string | null
  status: string
  comments: string[]
  checks: number
  head: string
}> {
  const octokit = journey.as('alex')
  const { data: pull } = await octokit.rest.pulls.get({ ...at, pull_number: number })
  const { data: checks } = await octokit.rest.checks.listForRef({
    ...at,
    ref: pull.head.sha,
    check_name: 'countersign',
  })
  const { data: comments } = await octokit.rest.issues.listComments({ ...at, issue_number: number })
  const check = checks.check_runs[0]
  return {
    title: check?.output.title ?? '',
    conclusion: check?.conclusion ?? null,
    status: check?.status ?? 'none',
    checks: checks.total_count,
    comments: comments.filter((comment) => comment.user?.type === 'Bot').map((comment) => comment.body ?? ''),
    head: pull.head.sha,
  }
}

describe('the journey of a pull request', () => {
  it('is judged, signed, merged and deployed', async () => {
    const { github, stage } = journey
    const files = await journey.as('mallory').rest.repos.getContent({ ...at, path: deployment })
    const before = Buffer.from((files.data as { content: string }).content, 'base64').toString('utf8')
    await github.commit(
      stage.repository,
      { [deployment]: before.replace('6.13.0', '6.14.1') },
      { by: 'mallory', branch: 'bump', message: 'Bump frontend' },
    )
    const { data: pull } = await journey
      .as('mallory')
      .rest.pulls.create({ ...at, title: 'Bump frontend', head: 'bump', base: 'main' })

    const first = await eventually('the check', async () => {
      const now = await published(pull.number)
      return now.title.includes('release managers') && now.comments.length > 0 && now
    })
    expect(first).toMatchObject({ status: 'in_progress', checks: 1 })
    expect(first.comments).toHaveLength(1)
    expect(first.comments[0]).toContain('ghcr.io/acme/frontend:6.14.1')

    await journey.as('dana').rest.pulls.createReview({ ...at, pull_number: pull.number, event: 'APPROVE' })
    const signed = await eventually('ready', async () => {
      const now = await published(pull.number)
      return now.conclusion === 'success' && now
    })
    expect(signed.checks).toBe(1)
    expect(signed.comments).toHaveLength(1)

    await journey
      .as('mallory')
      .rest.issues.createComment({ ...at, issue_number: pull.number, body: '/merge' })
    await eventually(
      'the merge',
      async () => (await journey.as('alex').rest.pulls.get({ ...at, pull_number: pull.number })).data.merged,
    )
    const deployments = await eventually('deployments', async () => {
      const { data } = await journey.as('alex').rest.repos.listDeployments(at)
      return data.length === 2 && data
    })
    expect(deployments.map((each) => each.environment).sort()).toEqual(['production', 'staging'])
  })
})
