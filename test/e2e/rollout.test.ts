import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Octokit } from '@octokit/rest'
import type { Outcome } from '../../demo/deployer/stand-in.ts'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { eventually, startJourney, type Journey } from '../support/start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }
const base = 'deploy/bases/frontend/deployment.yaml'

/** What the cluster makes of commits, by environment; a test changes it. */
const outcomes: Record<string, Outcome> = {}

async function files(): Promise<Record<string, string>> {
  const sample = await sampleWithoutChecklist()
  const policy = `version: 1
environments:
  staging:
    targets: [deploy/overlays/staging]
    deploy: { by: flux, timeout: 10m }
    merge: { when: ready }
  production:
    targets: [deploy/overlays/production]
    deploy: { by: argocd, timeout: 10m }
    merge: { when: ready }
  api:
    targets: [deploy/api/staging]
    deploy: { by: flagger, timeout: 10m }
    merge: { when: ready }
`
  return { ...sample, '.github/countersign.yml': policy }
}

describe('following a deployment', { timeout: 400_000 }, () => {
  let journey: Journey
  let alex: Octokit
  beforeAll(async () => {
    journey = await startJourney({
      files: await files(),
      cluster: {
        objects: [
          { kind: 'Kustomization', namespace: 'apps', name: 'staging', path: 'deploy/overlays/staging' },
          {
            kind: 'Application',
            namespace: 'argocd',
            name: 'production',
            path: 'deploy/overlays/production',
          },
          { kind: 'Kustomization', namespace: 'apps', name: 'api', path: 'deploy/api/staging', canary: true },
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

  let image = 13
  async function merge(path = base): Promise<{ number: number; sha: string }> {
    const branch = `image-${++image}`
    const { data } = await alex.rest.repos.getContent({ ...at, path })
    const before = Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
    const after = before
      .replace(/frontend:6\.\d+\.0/, `frontend:6.${image}.0`)
      .replace(/newTag: 3\.\d+\.0/, `newTag: 3.${image}.0`)
    await journey.github.commit('acme/shop', { [path]: after }, { by: 'mallory', branch, message: branch })
    const { data: pull } = await journey
      .as('mallory')
      .rest.pulls.create({ ...at, title: branch, head: branch, base: 'main' })
    const merged = await eventually('the merge', async () => {
      const { data: now } = await alex.rest.pulls.get({ ...at, pull_number: pull.number })
      return now.merged && now
    })
    return { number: pull.number, sha: merged.merge_commit_sha ?? '' }
  }
  async function statesOf(sha: string, environment: string): Promise<string[]> {
    const { data } = await alex.rest.repos.listDeployments({ ...at, sha, environment })
    const [deployment] = data
    if (deployment === undefined) return []
    const statuses = await alex.rest.repos.listDeploymentStatuses({ ...at, deployment_id: deployment.id })
    return statuses.data.map(({ state }) => state).toReversed()
  }
  async function commentOf(number: number): Promise<string> {
    const { data } = await alex.rest.issues.listComments({ ...at, issue_number: number })
    return data.find((each) => each.body?.includes('countersign:sticky'))?.body ?? ''
  }

  test('to healthy, by Flux and by Argo CD, as GitHub’s own pages show it', async () => {
    const { number, sha } = await merge()
    for (const environment of ['staging', 'production'])
      await eventually(
        `success in ${environment}`,
        async () => (await statesOf(sha, environment)).at(-1) === 'success',
        120_000,
      )
    expect((await statesOf(sha, 'staging')).filter((state) => state === 'success')).toHaveLength(1)
    const comment = await eventually('the comment', async () => {
      const body = await commentOf(number)
      return body.includes('healthy in production, staging') && body
    })
    expect(comment).toContain(`### Merged as ${sha.slice(0, 7)}: healthy in production, staging`)
    expect(comment).toContain('| production | 🟢 healthy |')
    expect(comment).toContain('what was judged before the merge')
    expect(comment).toContain('frontend:6.14.0')
  })

  test('to failed, where it fails, also when every event is lost', async () => {
    journey.deployer?.deliver(false)
    outcomes.production = 'failed'
    const { number, sha } = await merge()
    await eventually(
      'failure in production',
      async () => (await statesOf(sha, 'production')).at(-1) === 'failure',
      120_000,
    )
    const comment = await eventually('the comment', async () => {
      const body = await commentOf(number)
      return body.includes('production is failed') && body
    })
    expect(comment).toContain(
      'demo: Application argocd/production is degraded: Deployment exceeded its progress deadline',
    )
    journey.deployer?.deliver(true)
    outcomes.production = 'healthy'
  })

  test('to a gate, and on when somebody lets it', async () => {
    const { number, sha } = await merge('deploy/api/staging/kustomization.yaml')
    const waiting = await eventually(
      'the gate',
      async () => {
        const body = await commentOf(number)
        return body.includes('waiting at a gate') && body
      },
      120_000,
    )
    expect(waiting).toContain('`/promote canary api` lets it on, `/rollback canary api` ends it.')
    expect(waiting).toContain('canary 50 %')
    await journey
      .as('dana')
      .rest.issues.createComment({ ...at, issue_number: number, body: '/promote canary api' })
    await eventually('success', async () => (await statesOf(sha, 'api')).at(-1) === 'success', 120_000)
  })

  test('to a canary that is ended from the pull request', async () => {
    const { number, sha } = await merge('deploy/api/staging/kustomization.yaml')
    await eventually('the gate', async () => (await commentOf(number)).includes('waiting at a gate'), 120_000)
    await journey
      .as('dana')
      .rest.issues.createComment({ ...at, issue_number: number, body: '/rollback canary' })
    await eventually('failure', async () => (await statesOf(sha, 'api')).at(-1) === 'failure', 120_000)
    await eventually('the comment', async () =>
      (await commentOf(number)).includes('Flagger went back to what was promoted last'),
    )
  })
})
