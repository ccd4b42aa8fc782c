import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pull } from '../../demo/github/world/model.ts'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { deployment, deploymentWith, propose } from '../support/pulls.ts'
import { startJourney, type Journey } from '../support/start-journey.ts'

/**
 * Whatever happens in whatever order, and whatever GitHub tells Countersign of it late, twice or never: nothing is merged that was not
 * signed. The oracle knows nothing of Countersign's judgement: it looks at who is in the team, who contributed, and who approved which
 * commit, with GitHub's own records at the moment of the merge. `INTERLEAVINGS=1000` plays as many.
 */
const runs = Number(process.env.INTERLEAVINGS ?? 6)

type Step =
  | { readonly kind: 'approve' | 'object' | 'dismiss' | 'leave' | 'join'; readonly who: string }
  | { readonly kind: 'push'; readonly who: string; readonly differs: boolean }
  | { readonly kind: 'merge'; readonly who: string }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'fault'; readonly fault: 'drop' | 'double' | 'delay' | 'hold' | 'flush' }

const signer = fc.constantFrom('dana', 'lee', 'carol', 'mallory')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('approve' as const), who: signer }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('object' as const, 'dismiss' as const), who: signer }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('leave' as const, 'join' as const),
      who: fc.constantFrom('dana', 'lee'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      who: fc.constantFrom('mallory', 'dana'),
      differs: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('merge' as const), who: fc.constantFrom('mallory', 'alex') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      milliseconds: fc.integer({ min: 0, max: 700 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      fault: fc.constantFrom(
        'drop' as const,
        'double' as const,
        'delay' as const,
        'hold' as const,
        'flush' as const,
      ),
    }),
  },
)

let journey: Journey
let count = 0
const merges: string[] = []
beforeAll(async () => {
  journey = await startJourney({ files: await sampleWithoutChecklist() })
})
afterAll(async () => {
  const { violations } = journey.github
  await journey.close()
  expect(violations).toEqual([])
})

/** A pull request under play: what the oracle notes beside what GitHub keeps. */
interface Played {
  readonly pull: Pull
  readonly branch: string
  /** Image by head. */
  readonly images: Map<string, string>
  readonly contributors: Set<string>
}

async function play(steps: readonly Step[]): Promise<void> {
  const { github, stage } = journey
  const branch = `play-${(count += 1)}`
  const tag = `8.${count}.0`
  const pull = await propose(journey, { branch, files: { [deployment]: await deploymentWith(journey, tag) } })
  const played: Played = {
    pull,
    branch,
    images: new Map([[pull.headSha, tag]]),
    contributors: new Set(['mallory']),
  }
  const wrong: string[] = []
  // GitHub merges within one call, and everything below it is done in between: look whenever something was done, and at the end.
  for (const each of steps) {
    if (pull.mergedAt !== null) break
    await take(each, played)
  }
  github.webhooks.flush()
  await wait(1_500)
  if (pull.mergedAt !== null) {
    merges.push(branch)
    wrong.push(...unsigned(played))
  } else if (pull.state === 'open') {
    await journey
      .as('alex')
      .rest.pulls.update({ owner: 'acme', repo: 'shop', pull_number: pull.number, state: 'closed' })
  }
  for (const who of ['dana', 'lee']) join(who)
  expect(wrong, `${stage.repository}#${pull.number} after ${JSON.stringify(steps)}`).toEqual([])
}

/** Why what was merged was not signed; empty when it was. */
function unsigned({ pull, images, contributors }: Played): string[] {
  const merged = images.get(pull.headSha)
  const latest = new Map<string, Pull['reviews'][number]>()
  for (const review of pull.reviews)
    if (review.state !== 'COMMENTED' && (review.submittedAt ?? '') <= (pull.mergedAt ?? ''))
      latest.set(review.user.login, review)
  const signers = [...latest.values()].filter(
    (review) =>
      review.state === 'APPROVED' &&
      ['dana', 'lee'].includes(review.user.login) &&
      !contributors.has(review.user.login) &&
      images.get(review.commitId) === merged,
  )
  return signers.length > 0
    ? []
    : [`#${pull.number} was merged with image ${merged ?? '?'} and nobody signed that`]
}

async function take(step: Step, played: Played): Promise<void> {
  const { github, stage } = journey
  const { pull, branch, images, contributors } = played
  switch (step.kind) {
    case 'approve':
      // GitHub lets nobody approve what they opened.
      if (step.who !== 'mallory') await github.review(pull, step.who, { event: 'APPROVE' })
      return
    case 'object':
      if (step.who !== 'mallory')
        await github.review(pull, step.who, { event: 'REQUEST_CHANGES', body: 'No' })
      return
    case 'dismiss': {
      const review = pull.reviews.findLast(
        (each) => each.user.login === step.who && each.state === 'APPROVED',
      )
      if (review !== undefined) github.dismissReview(review, 'alex', 'played')
      return
    }
    case 'leave':
      github.removeTeamMember(release(), step.who)
      return
    case 'join':
      join(step.who)
      return
    case 'push': {
      const before = images.get(pull.headSha) ?? ''
      const tag = step.differs ? `8.${count}.${images.size}` : before
      // Noted before it can be merged: who contributes bars themselves at once.
      contributors.add(step.who)
      const files: Record<string, string> = step.differs
        ? { [deployment]: await deploymentWith(journey, tag) }
        : { 'notes.txt': `${count} ${images.size}` }
      const sha = await github.commit(stage.repository, files, { by: step.who, branch, message: 'Play' })
      images.set(sha, tag)
      return
    }
    case 'merge':
      github.comment(pull, step.who, '/merge')
      return
    case 'wait':
      return wait(step.milliseconds)
    case 'fault':
      return disturb(step.fault)
  }
}

function disturb(fault: Extract<Step, { kind: 'fault' }>['fault']): void {
  const { webhooks } = journey.github
  const mayBe = ({ event }: { event: string }): boolean => event !== 'installation'
  if (fault === 'drop') webhooks.drop(mayBe, 1)
  else if (fault === 'double') webhooks.double(mayBe, 2)
  else if (fault === 'delay') webhooks.delay(300, mayBe, 1)
  else if (fault === 'hold') webhooks.hold()
  else webhooks.flush((held) => held.toReversed())
}

function release() {
  const team = journey.github.services.world.organization('acme')?.teams.get('release')
  if (team === undefined) throw new Error('there is no team')
  return team
}

function join(who: string): void {
  if (!release().members.has(journey.github.account(who).id)) journey.github.addTeamMember(release(), who)
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

describe('random interleavings', () => {
  it(
    `merge nothing that nobody signed, in ${runs} of them`,
    { timeout: Math.max(150_000, runs * 20_000) },
    async () => {
      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), play), {
        numRuns: runs,
        endOnFailure: true,
        // The first is the plain journey: an oracle that never sees a merge proves nothing.
        examples: [
          [
            [
              { kind: 'approve', who: 'dana' },
              { kind: 'merge', who: 'mallory' },
              { kind: 'wait', milliseconds: 12_000 },
            ],
          ],
        ],
      })
      expect(merges).toContain('play-1')
    },
  )
})
