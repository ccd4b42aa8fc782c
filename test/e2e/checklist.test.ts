import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleFiles } from '../../demo/stage.ts'
import type { Pull } from '../../demo/github/world/model.ts'
import { deployment, deploymentWith, propose, untilPublished, untilTitle } from '../support/pulls.ts'
import { startJourney, type Journey } from '../support/start-journey.ts'

let journey: Journey
const at = { owner: 'acme', repo: 'shop' }
const overlay = 'deploy/overlays/production/kustomization.yaml'
const checklist = `version: 1
extends: [baseline]
rules: { replicas: warning, pdb-blocks-eviction: off }
manual:
  - { id: load-test, text: Load test done, by: ['team:acme/platform'] }
may-waive: ['team:acme/platform']
`

beforeAll(async () => {
  const files = await sampleFiles()
  const policy = (files['.github/countersign.yml'] ?? '').replace('checklist: production', 'checklist: shop')
  journey = await startJourney({
    files: {
      ...files,
      '.github/countersign.yml': policy,
      '.github/countersign/checklists/shop.yaml': checklist,
    },
  })
})
afterAll(async () => {
  const { violations } = journey.github
  await journey.close()
  expect(violations).toEqual([])
})

const box = /^- \[([ x])\] Load test done .*$/m

/** Presses the box in the comment of Countersign, as the page of GitHub does: the comment is edited in the person's name. */
async function press(pull: Pull, login: string): Promise<void> {
  const octokit = journey.as(login)
  const { data: comments } = await octokit.rest.issues.listComments({ ...at, issue_number: pull.number })
  const comment = comments.find(({ body }) => body?.startsWith('<!-- countersign:sticky -->'))
  const body = (comment?.body ?? '').replace(
    /^- \[([ x])\] Load test/m,
    (_, mark: string) => `- [${mark === 'x' ? ' ' : 'x'}] Load test`,
  )
  await octokit.rest.issues.updateComment({ ...at, comment_id: comment?.id ?? 0, body })
}

describe('the checklist of an environment', { timeout: 150_000 }, () => {
  it('waits for what a person has to look at: ticked, taken back, commanded, and asked again by another change', async () => {
    const { github } = journey
    const pull = await propose(journey, {
      branch: 'manual',
      files: { [deployment]: await deploymentWith(journey, '8.0.0') },
    })
    await github.review(pull, 'dana', { event: 'APPROVE' })
    const waiting = 'production: waiting for a signature on the checklist (load-test)'
    await untilTitle(journey, pull, waiting)
    await untilPublished(journey, pull, 'the box', ({ comments }) =>
      /^- \[ \] Load test done \(`load-test`\): `team:acme\/platform` may sign/m.test(comments[0] ?? ''),
    )

    await press(pull, 'dana')
    const refused = await untilPublished(journey, pull, 'the refusal', ({ comments }) =>
      comments.some((body) => body.includes('dana may not sign `load-test`')),
    )
    expect(refused.title).toBe(waiting)
    await untilPublished(
      journey,
      pull,
      'the box as it was',
      ({ comments }) => box.exec(comments[0] ?? '')?.[1] === ' ',
    )

    await press(pull, 'carol')
    const ready = 'Ready to merge: /merge'
    await untilTitle(journey, pull, ready)
    await untilPublished(journey, pull, 'the signature', ({ comments }) =>
      (box.exec(comments[0] ?? '')?.[0] ?? '').startsWith('- [x] Load test done (`load-test`): carol, 20'),
    )

    await press(pull, 'kim')
    await untilTitle(journey, pull, waiting)

    github.comment(pull, 'carol', '/attest load-test p99 is 80 ms')
    await untilTitle(journey, pull, ready)
    await untilPublished(journey, pull, 'the note', ({ comments }) =>
      (box.exec(comments[0] ?? '')?.[0] ?? '').includes('UTC: p99 is 80 ms'),
    )

    await github.commit(
      journey.stage.repository,
      { [deployment]: await deploymentWith(journey, '8.0.1') },
      { by: 'mallory', branch: 'manual', message: 'Another image' },
    )
    const again = await untilPublished(journey, pull, 'the stale signature', ({ comments }) =>
      (comments[0] ?? '').includes('carol signed an earlier change'),
    )
    expect(again.title).toContain('waiting for')
  })

  it('accepts a finding until a day, from whom the checklist lets', async () => {
    const { github } = journey
    const files = await sampleFiles()
    const pull = await propose(journey, {
      branch: 'one-pod',
      files: {
        [overlay]: (files[overlay] ?? '').replace('count: 4', 'count: 1'),
      },
    })
    const blocked = await untilPublished(journey, pull, 'the finding', ({ title }) =>
      title.startsWith('Blocked'),
    )
    expect(blocked.title).toBe('Blocked: production: 1 new readiness finding')
    github.comment(pull, 'mallory', '/waive replicas until 2999-01-31 because single writer')
    await untilPublished(journey, pull, 'the refusal', ({ comments }) =>
      comments.some((body) => body.includes('mallory may not waive here')),
    )
    github.comment(
      pull,
      'carol',
      '/waive replicas Deployment/frontend until 2999-01-31 because single writer',
    )
    const waived = await untilPublished(
      journey,
      pull,
      'the waiver',
      ({ title, comments }) =>
        !title.startsWith('Blocked') && comments.some((body) => body.startsWith('Waived in **production**')),
    )
    expect(waived.title).toBe('production: waiting for a signature on the checklist (load-test)')
    await untilPublished(journey, pull, 'what was accepted', ({ comments }) =>
      (comments[0] ?? '').includes('single writer (carol, until 2999-01-31)'),
    )
    github.comment(pull, 'kim', '/unwaive replicas Deployment/frontend')
    await untilTitle(journey, pull, 'Blocked: production: 1 new readiness finding')
  })
})
