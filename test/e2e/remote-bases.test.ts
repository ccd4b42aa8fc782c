import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { propose, untilPublished } from '../support/pulls.ts'
import { startJourney, type Journey } from '../support/start-journey.ts'

const overlay = 'deploy/overlays/production/kustomization.yaml'
let journey: Journey
let kustomization: string
let commit: string

beforeAll(async () => {
  const files = await sampleWithoutChecklist()
  kustomization = files[overlay] ?? ''
  journey = await startJourney({ files, allowsRemotes: true })
  const { github } = journey
  await github.createRepository('acme/base', { by: 'alex', files: { 'README.md': 'x\n' } })
  commit = await github.commit(
    'acme/base',
    {
      'limits/kustomization.yaml': 'resources: [quota.yaml]\n',
      'limits/quota.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-elsewhere}\ndata: {a: b}\n',
    },
    { by: 'alex', branch: 'main', message: 'Limits' },
  )
})
afterAll(async () => {
  const { violations } = journey.github
  await journey.close()
  expect(violations).toEqual([])
})

const withBase = (ref: string): Record<string, string> => ({
  [overlay]: kustomization.replace(
    'resources:\n',
    `resources:\n  - ${journey.github.url}/acme/base.git//limits?ref=${ref}\n`,
  ),
})

describe('a base from another repository', () => {
  it('is refused at a branch, and judged and shown at a commit', async () => {
    const pull = await propose(journey, { branch: 'at-branch', files: withBase('main') })
    const refused = await untilPublished(journey, pull, 'the refusal', ({ comments }) =>
      comments.some((each) => each.includes('can be moved')),
    )
    expect(refused.conclusion).toBe('failure')
    await journey.github.commit(journey.stage.repository, withBase(commit), {
      by: 'mallory',
      branch: 'at-branch',
      message: 'Pin it',
    })
    const shown = await untilPublished(journey, pull, 'what it adds', ({ comments }) =>
      comments.some((each) => each.includes('from-elsewhere')),
    )
    expect(shown.comments).toHaveLength(1)
    expect(shown.title).toContain('config owners')
  })

  it('is an error while its host is away, and judged when it is back', async () => {
    const later = await journey.github.commit(
      'acme/base',
      { 'limits/quota.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-later}\n' },
      { by: 'alex', branch: 'main', message: 'Later' },
    )
    journey.github.faults.add({
      kind: 'status',
      status: 503,
      times: 1_000,
      when: ({ path }) => path.startsWith('/acme/base.git'),
    })
    const pull = await propose(journey, { branch: 'away', files: withBase(later) })
    const away = await untilPublished(journey, pull, 'the error', ({ comments }) =>
      comments.some((each) => each.includes('could not be fetched')),
    )
    expect(away.conclusion).toBe('failure')
    journey.github.faults.clear()
    await journey.as('mallory').rest.issues.createComment({
      owner: 'acme',
      repo: 'shop',
      issue_number: pull.number,
      body: '/retry',
    })
    await untilPublished(journey, pull, 'what it adds', ({ comments }) =>
      comments.some((each) => each.includes('from-later')),
    )
  })
})
