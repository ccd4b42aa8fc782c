import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { deployment, deploymentWith, propose, untilMerged, untilTitle } from '../support/pulls.ts'
import { startJourney, type Journey } from '../support/start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }

describe('a branch that has to be up to date', () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await startJourney({ files: await sampleWithoutChecklist() })
    const { github, stage } = journey
    const checks = [{ context: 'countersign', appId: stage.appId }]
    github.protect(stage.repository, 'main', { checks: { strict: true, checks } })
  })
  afterAll(async () => {
    expect(journey.github.violations).toEqual([])
    await journey.close()
  })

  const moveBase = (path: string): Promise<string> =>
    journey.github.commit(journey.stage.repository, { [path]: 'x\n' }, { by: 'alex', message: `Add ${path}` })

  it('is updated, judged again, and merged as it was asked', async () => {
    const { github } = journey
    const pull = await propose(journey, {
      branch: 'behind',
      files: { [deployment]: await deploymentWith(journey, '7.1.0') },
    })
    await untilTitle(journey, pull, 'production: waiting for 1 of 1 approval (release managers)')
    const asked = pull.headSha
    const moved = await moveBase('notes/one.md')
    await github.review(pull, 'dana', { event: 'APPROVE' })
    github.comment(pull, 'lee', '/merge')
    await untilMerged(journey, pull)
    const { data: head } = await journey.as('alex').rest.repos.getCommit({ ...at, ref: pull.headSha })
    expect(head.parents.map(({ sha }) => sha)).toEqual([asked, moved])
    expect(head.commit.author?.name).toContain('countersign')
    const { data: merged } = await journey
      .as('alex')
      .rest.repos.getCommit({ ...at, ref: pull.mergeCommitSha ?? '' })
    expect(merged.commit.message).toContain('Countersign-Approved-By: dana')
    expect(merged.commit.message).toContain('Countersign-Merge-Asked-By: lee')
    expect(merged.commit.message).toMatch(
      new RegExp(`Countersign-Evidence: http://[^ ]*/acme/shop/pull/${pull.number}#issuecomment-\\d+$`, 'm'),
    )
    expect(merged.commit.message).toContain(`Countersign-Judged-Head: ${pull.headSha}`)
  })
})
