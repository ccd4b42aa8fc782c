import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import {
  deployment,
  deploymentWith,
  propose,
  untilMerged,
  untilPublished,
  untilTitle,
} from '../support/pulls.ts'
import { eventually, startJourney, type Journey } from '../support/start-journey.ts'

let journey: Journey
beforeAll(async () => {
  journey = await startJourney({ files: await sampleWithoutChecklist() })
})
afterAll(async () => {
  const { violations } = journey.github
  await journey.close()
  expect(violations).toEqual([])
})

describe('slash commands', { timeout: 150_000 }, () => {
  it('asks one of those who may sign, withdraws, freezes every pull request, and merges when the freeze ends', async () => {
    const { github } = journey
    const pull = await propose(journey, {
      branch: 'freeze',
      files: { [deployment]: await deploymentWith(journey, '7.0.0') },
    })
    const { asked } = await untilPublished(journey, pull, 'one request', (seen) => seen.asked.length > 0)
    expect(asked).toHaveLength(1)
    expect(['dana', 'lee']).toContain(asked[0])

    github.comment(pull, 'mallory', '/cancel')
    await untilPublished(journey, pull, 'no request', (seen) => seen.asked.length === 0)
    const other = asked[0] === 'dana' ? 'lee' : 'dana'
    github.comment(pull, 'mallory', `/request @${other}`)
    await untilPublished(journey, pull, 'the named request', (seen) => seen.asked.join() === other)

    github.comment(pull, 'mallory', '/freeze production because I can')
    await untilPublished(journey, pull, 'the refusal', ({ comments }) =>
      comments.some((body) => body.includes('needs maintain')),
    )
    github.comment(pull, 'alex', '/freeze production until 2h because database migration')
    await untilPublished(journey, pull, 'the answer', ({ comments }) =>
      comments.some((body) => body.startsWith('**production** is frozen until ')),
    )
    await github.review(pull, 'dana', { event: 'APPROVE' })
    github.comment(pull, 'mallory', '/merge')
    await untilTitle(journey, pull, /^production: frozen by alex until .*: database migration$/)
    github.comment(pull, 'alex', '/unfreeze production')
    await untilMerged(journey, pull)
  })

  it('asks nobody by itself where the policy says so, and whoever is missing when somebody asks', async () => {
    const { github, stage } = journey
    const policy = (await sampleWithoutChecklist())['.github/countersign.yml'] ?? ''
    const file = '.github/countersign.yml'
    const quiet = { [file]: `${policy}request-reviews: never\n` }
    await github.commit(stage.repository, quiet, { by: 'alex', message: 'Ask nobody' })
    const pull = await propose(journey, {
      branch: 'quiet',
      files: { [deployment]: await deploymentWith(journey, '7.0.4') },
    })
    await untilTitle(journey, pull, 'production: waiting for 1 of 1 approval (release managers)')
    // The request would have been the next thing that it does: whatever it does for another comment comes after it.
    github.comment(pull, 'mallory', '/status')
    const seen = await untilPublished(journey, pull, 'the status', ({ comments }) => comments.length === 2)
    expect(seen.asked).toEqual([])
    github.comment(pull, 'mallory', '/request')
    await untilPublished(journey, pull, 'one request', ({ asked }) => asked.length === 1)
    await journey
      .as('alex')
      .rest.pulls.update({ owner: 'acme', repo: 'shop', pull_number: pull.number, state: 'closed' })
    await github.commit(stage.repository, { [file]: policy }, { by: 'alex', message: 'As before' })
  })

  it('merges in an emergency that two people want, and leaves a review owed', async () => {
    const { github } = journey
    const pull = await propose(journey, {
      branch: 'emergency',
      files: { [deployment]: await deploymentWith(journey, '7.0.1') },
    })
    await untilTitle(journey, pull, 'production: waiting for 1 of 1 approval (release managers)')
    github.comment(pull, 'kim', '/break-glass production because checkout is down')
    await untilPublished(journey, pull, 'the answer', ({ comments }) =>
      comments.some((body) => body.includes('(carol, dana or lee) has to comment `/confirm`')),
    )
    github.comment(pull, 'kim', '/confirm')
    await untilPublished(journey, pull, 'the refusal', ({ comments }) =>
      comments.some((body) => body.includes('kim asked for it: somebody else has to confirm')),
    )
    github.comment(pull, 'lee', '/confirm')
    const merged = await untilPublished(
      journey,
      pull,
      'the merge and what is owed',
      (seen) => seen.merged && seen.comments.some((body) => body.includes('a review is still owed')),
    )
    expect(merged.title).toBe('Emergency merge: asked by kim, confirmed by lee')
    const sha = pull.mergeCommitSha ?? ''
    const message = await eventually('the commit', async () => {
      const { data } = await journey
        .as('alex')
        .rest.repos.getCommit({ owner: 'acme', repo: 'shop', ref: sha })
      return data.commit.message
    })
    expect(message).toContain(
      'Countersign-Emergency: production, asked by kim, confirmed by lee: checkout is down',
    )
  })
})
