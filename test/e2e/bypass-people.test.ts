import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pull } from '../../demo/github/world/model.ts'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import {
  deployment,
  deploymentWith,
  propose,
  published,
  untilMerged,
  untilPublished,
  untilTitle,
} from '../support/pulls.ts'
import { startJourney, type Journey } from '../support/start-journey.ts'

/** Who may not sign, tried on the local GitHub: docs/security.md names the rows. Each pull request is also asked to merge. */
let journey: Journey
beforeAll(async () => {
  journey = await startJourney({ files: await sampleWithoutChecklist() })
})
afterAll(async () => {
  const { violations } = journey.github
  await journey.close()
  expect(violations).toEqual([])
})

const waiting = 'production: waiting for 1 of 1 approval (release managers)'

async function bump(branch: string, more: Partial<Parameters<typeof propose>[1]> = {}): Promise<Pull> {
  return propose(journey, {
    branch,
    files: { [deployment]: await deploymentWith(journey, '7.1.0') },
    ...more,
  })
}

/** Approved by one person, asked to merge, and still waiting: the comment says why the approval does not count. */
async function staysUnsigned(pull: Pull, sentence: string, title: string | RegExp = waiting): Promise<void> {
  journey.github.comment(pull, 'alex', '/merge')
  const seen = await untilPublished(journey, pull, `"${sentence}"`, ({ comments }) =>
    comments.some((body) => body.includes(sentence)),
  )
  expect(seen.merged).toBe(false)
  await untilTitle(journey, pull, title)
  expect((await published(journey, pull)).merged).toBe(false)
}

describe('approvals that do not count', { timeout: 150_000 }, () => {
  it('a co-author, the author of a commit, a contributor through a second parent', async () => {
    const { github, stage } = journey
    const coAuthored = await bump('co-authored', { coAuthors: ['dana'] })
    const written = await bump('written', { by: 'dana', author: 'mallory' })
    await github.commit(
      stage.repository,
      { 'notes.txt': 'lee was here' },
      { by: 'lee', branch: 'side', message: 'Notes' },
    )
    const merged = await bump('second-parent')
    const inner = await github.openPull(stage.repository, 'mallory', {
      title: 'Notes',
      head: 'side',
      base: 'second-parent',
    })
    const { data: made } = await journey.as('mallory').rest.pulls.merge({
      owner: 'acme',
      repo: 'shop',
      pull_number: inner.number,
      merge_method: 'merge',
    })
    expect(merged.headSha).toBe(made.sha)
    await github.review(coAuthored, 'dana', { event: 'APPROVE' })
    await github.review(written, 'dana', { event: 'APPROVE' })
    await github.review(merged, 'lee', { event: 'APPROVE' })
    await staysUnsigned(coAuthored, "dana's approval does not count: dana is a co-author of commit")
    await staysUnsigned(written, "dana's approval does not count: dana wrote commit")
    await staysUnsigned(merged, "lee's approval does not count: lee wrote commit")
  })

  it('who committed for somebody else, and who pushed what somebody else wrote', async () => {
    const { github } = journey
    const committed = await bump('committed', { signed: { author: 'mallory', committer: 'dana' } })
    const pushed = await bump('pushed', {
      by: 'lee',
      author: 'mallory',
      signed: { author: 'mallory', committer: 'mallory' },
    })
    await github.review(committed, 'dana', { event: 'APPROVE' })
    await github.review(pushed, 'lee', { event: 'APPROVE' })
    await staysUnsigned(committed, "dana's approval does not count: dana committed")
    await staysUnsigned(pushed, "lee's approval does not count: lee pushed to the branch")
  })

  it('an App, also one that the policy names', async () => {
    const { github } = journey
    const helper = github.registerApp(
      { name: 'helper', permissions: { pull_requests: 'write', contents: 'write' }, events: [] },
      { owner: 'alex' },
    )
    github.install(helper, 'acme')
    const pull = await bump('by-an-app')
    await github.review(pull, helper.bot, { event: 'APPROVE' })
    await staysUnsigned(
      pull,
      "helper\\[bot\\]'s approval does not count: only people sign, and this is an app",
    )
  })

  it('somebody who is not asked, and somebody who only reads', async () => {
    const { github } = journey
    const elsewhere = await bump('elsewhere')
    await github.review(elsewhere, 'carol', { event: 'APPROVE' })
    await staysUnsigned(elsewhere, "carol's approval does not count here: this asks for team:acme/release")

    const release = github.services.world.organization('acme')?.teams.get('release')
    if (release === undefined) throw new Error('there is no team')
    github.addTeamMember(release, 'sam')
    const reader = await bump('reader')
    await github.review(reader, 'sam', { event: 'APPROVE' })
    await staysUnsigned(reader, "sam's approval does not count: sam has no write permission")
    github.removeTeamMember(release, 'sam')
  })

  it('a dismissed one revives no older one, and an objection blocks', async () => {
    const { github } = journey
    const pull = await bump('dismissed')
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    const objection = await github.review(pull, 'dana', { event: 'REQUEST_CHANGES', body: 'Not like this' })
    await untilTitle(journey, pull, 'Blocked: production: dana asks for changes')
    github.dismissReview(objection, 'alex', 'answered')
    await staysUnsigned(pull, "dana's review does not count: it was dismissed")
  })

  it('comments: an edited one, one of a reader, a quoted command, a comment that approves', async () => {
    const { github } = journey
    const pull = await bump('comments')
    const edited = github.comment(pull, 'dana', 'Nice.')
    await journey
      .as('dana')
      .rest.issues.updateComment({ owner: 'acme', repo: 'shop', comment_id: edited.id, body: '/merge' })
    github.comment(pull, 'sam', '/merge')
    github.comment(pull, 'dana', '> /merge\n```\n/merge\n```')
    github.comment(pull, 'dana', 'LGTM :+1: approved')
    github.comment(pull, 'dana', '/approve')
    const { comments } = await untilPublished(
      journey,
      pull,
      'both refusals',
      (seen) =>
        seen.comments.some((body) =>
          body.includes('sam has read access to this repository; `/merge` needs write'),
        ) && seen.comments.some((body) => body.startsWith('Approvals are GitHub reviews')),
    )
    expect(comments).toHaveLength(3)
    await github.review(pull, 'dana', { event: 'APPROVE' })
    // Nobody who may has asked: signed, and not merged.
    const ready = await untilTitle(journey, pull, 'Ready to merge: /merge')
    expect(ready.merged).toBe(false)
  })

  it('an unattributed commit rules nobody out', async () => {
    const { github, stage } = journey
    const stranger = github.createUser('stranger').account
    const pull = await bump('unattributed', { by: 'stranger', author: 'mallory' })
    // The address of the commit belongs to nobody any more.
    stranger.emails.clear()
    await github.commit(
      stage.repository,
      { 'notes.txt': 'x' },
      { by: 'mallory', branch: 'unattributed', message: 'More' },
    )
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, /^Blocked: staging: commit [0-9a-f]{7} cannot be tied to an account/)
  })

  // Merged in the end: what comes after it would change nothing.
  it('a narrowed one whose text somebody else edits', async () => {
    const { github } = journey
    const pull = await bump('edited')
    const review = await github.review(pull, 'dana', { event: 'APPROVE', body: '/only config' })
    await staysUnsigned(pull, "dana's approval does not count here: it is only for config")
    github.editReview(review, 'mallory', 'Fine')
    await staysUnsigned(pull, "dana's approval does not count: mallory edited its text")
    github.editReview(review, 'dana', 'Fine')
    await untilMerged(journey, pull)
  })
})
