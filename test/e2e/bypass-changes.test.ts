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

/** What an approval does not carry over to, tried on the local GitHub: docs/security.md names the rows. */
let journey: Journey
beforeAll(async () => {
  journey = await startJourney({ files: await sampleWithoutChecklist() })
})
afterAll(async () => {
  const { violations } = journey.github
  await journey.close()
  expect(violations).toEqual([])
})

const at = { owner: 'acme', repo: 'shop' }
const waiting = 'production: waiting for 1 of 1 approval (release managers)'
const policyFile = '.github/countersign.yml'

async function bump(
  branch: string,
  tag: string,
  more: Partial<Parameters<typeof propose>[1]> = {},
): Promise<Pull> {
  return propose(journey, { branch, files: { [deployment]: await deploymentWith(journey, tag) }, ...more })
}
async function policyText(): Promise<string> {
  const { data } = await journey.as('alex').rest.repos.getContent({ ...at, path: policyFile })
  return Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
}

describe('what an approval does not carry over to', { timeout: 150_000 }, () => {
  it('a push that renders differently; one that renders the same keeps it', async () => {
    const { github, stage } = journey
    const pull = await bump('push', '7.2.0')
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    const same = await github.commit(
      stage.repository,
      { 'README.md': 'Other words' },
      { by: 'mallory', branch: 'push', message: 'Words' },
    )
    await untilPublished(
      journey,
      pull,
      'the same verdict of the new head',
      (seen) =>
        seen.title === 'Ready to merge: /merge' &&
        seen.comments.some((body) => body.includes(same.slice(0, 7))),
    )
    const other = await deploymentWith(journey, '7.2.1')
    await github.commit(
      stage.repository,
      { [deployment]: other },
      { by: 'mallory', branch: 'push', message: 'Other' },
    )
    journey.github.comment(pull, 'mallory', '/merge')
    const seen = await untilPublished(journey, pull, 'what moved', ({ comments }) =>
      comments.some((body) =>
        body.includes(
          "dana's approval no longer counts: since it was given, Deployment shop/frontend (image",
        ),
      ),
    )
    expect(seen.title).toBe(waiting)
    // The merge was asked for, and dana is asked again, who knows the change.
    expect(seen.merged).toBe(false)
    await untilPublished(journey, pull, 'dana to be asked again', ({ asked }) => asked.includes('dana'))
  })

  it('a policy that the same pull request loosens, and one that is tightened on the base meanwhile', async () => {
    const { github, stage } = journey
    const before = await policyText()
    const loosened = before.replace(
      'count: 1\n        from: [team:acme/release]',
      'count: 0\n        from: [team:acme/release]',
    )
    expect(loosened).not.toBe(before)
    const own = await propose(journey, {
      branch: 'loosen',
      files: { [deployment]: await deploymentWith(journey, '7.3.0'), [policyFile]: loosened },
    })
    github.comment(own, 'mallory', '/merge')
    await untilTitle(journey, own, /waiting for 2 of 2 approvals \(policy changes\)/)
    expect((await published(journey, own)).merged).toBe(false)

    const pull = await bump('tightened', '7.3.1')
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    const tightened = before.replace(
      'count: 1\n        from: [team:acme/release]',
      'count: 2\n        from: [team:acme/release]',
    )
    await github.commit(stage.repository, { [policyFile]: tightened }, { by: 'alex', message: 'Tighten' })
    github.comment(pull, 'mallory', '/merge')
    await untilTitle(journey, pull, 'production: waiting for 1 of 2 approvals (release managers)')
    await github.commit(stage.repository, { [policyFile]: before }, { by: 'alex', message: 'As before' })
    await untilMerged(journey, pull)
  })

  it('another base, and a base that moved so that merging would do something else', async () => {
    const { github, stage } = journey
    await github.commit(
      stage.repository,
      { [policyFile]: null },
      { by: 'alex', branch: 'lax', message: 'No policy here' },
    )
    const lax = await bump('retargeted', '7.4.0', { base: 'lax' })
    await untilTitle(journey, lax, 'No environment is affected')
    await journey.as('mallory').rest.pulls.update({ ...at, pull_number: lax.number, base: 'main' })
    // The head lacks the policy that main has: against main it changes the policy too.
    await untilTitle(journey, lax, 'Waiting: waiting for 2 of 2 approvals (policy changes)')

    const pull = await bump('moved', '7.4.1')
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    const overlay = 'deploy/overlays/production/kustomization.yaml'
    const { data } = await journey.as('alex').rest.repos.getContent({ ...at, path: overlay })
    const text = Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
    const pinned = `${text}images: [{ name: ghcr.io/acme/frontend, newTag: 7.9.9 }]\n`
    await github.commit(stage.repository, { [overlay]: pinned }, { by: 'alex', message: 'Pin in production' })
    github.comment(pull, 'mallory', '/merge')
    // Merged now it would change nothing in production: staging, which nobody guards, may have it.
    await untilMerged(journey, pull)
    await github.commit(stage.repository, { [overlay]: text }, { by: 'alex', message: 'No pin' })
  })

  it('a review of a harmless comparison with another base, and the green of that base', async () => {
    const { github, stage } = journey
    await github.commit(
      stage.repository,
      { [deployment]: await deploymentWith(journey, '7.4.5') },
      { by: 'mallory', branch: 'loaded', message: 'Nobody saw this', from: 'main' },
    )
    const pull = await propose(journey, {
      branch: 'harmless',
      files: { 'notes.txt': 'harmless' },
      base: 'loaded',
    })
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, 'No environment is affected')
    const { data } = await journey.as('alex').rest.checks.listForRef({ ...at, ref: pull.headSha })
    expect(data.check_runs.map(({ name, conclusion }) => ({ name, conclusion }))).toEqual([
      { name: 'countersign: loaded', conclusion: 'success' },
    ])
    // The times of GitHub are whole seconds: what happens within one is taken for the worse.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await journey.as('mallory').rest.pulls.update({ ...at, pull_number: pull.number, base: 'main' })
    github.comment(pull, 'mallory', '/merge')
    const seen = await untilPublished(journey, pull, 'that the base became another one', ({ comments }) =>
      comments.some((body) =>
        body.includes(
          "dana's approval no longer counts: since it was given, the base branch became another one",
        ),
      ),
    )
    expect(seen.merged).toBe(false)
    await untilTitle(journey, pull, waiting)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await github.review(pull, 'dana', { event: 'APPROVE' })
    github.comment(pull, 'mallory', '/merge')
    await untilMerged(journey, pull)
  })

  it('a status of the same name, and a check that turns red after it was green', async () => {
    const { github, stage } = journey
    const before = await policyText()
    const checked = before.replace('    protected: true\n', '    protected: true\n    checks: [ci/build]\n')
    await github.commit(
      stage.repository,
      { [policyFile]: checked },
      { by: 'alex', message: 'Wait for the build' },
    )
    const pull = await bump('checks', '7.5.0')
    const sha = pull.headSha
    await github.status(stage.repository, sha, 'mallory', { state: 'success', context: 'countersign' })
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await github.status(stage.repository, sha, 'alex', { state: 'success', context: 'ci/build' })
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    await github.status(stage.repository, sha, 'alex', { state: 'failure', context: 'ci/build' })
    github.comment(pull, 'mallory', '/merge')
    await untilTitle(journey, pull, 'Blocked: production: check ci/build is not green (failure)')
    expect((await published(journey, pull)).merged).toBe(false)
    // Its merge stays asked for: with the policy as it was, it would be merged.
    await journey.as('alex').rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' })
    await github.commit(stage.repository, { [policyFile]: before }, { by: 'alex', message: 'As before' })
  })

  it('somebody who leaves the team one moment before the merge, and a head that moves in that moment', async () => {
    const { github, stage } = journey
    const release = github.services.world.organization('acme')?.teams.get('release')
    if (release === undefined) throw new Error('there is no team')
    const pull = await bump('left', '7.6.0')
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    // Nobody tells Countersign: only asking again can find it.
    github.webhooks.drop(({ event }) => event === 'membership', 1)
    github.removeTeamMember(release, 'dana')
    github.comment(pull, 'mallory', '/merge')
    const seen = await untilPublished(journey, pull, 'dana not to count', ({ comments }) =>
      comments.some((body) => body.includes("dana's approval does not count here")),
    )
    expect(seen.merged).toBe(false)
    github.addTeamMember(release, 'dana')
    await untilMerged(journey, pull)

    const moving = await bump('moving', '7.6.1')
    await github.review(moving, 'lee', { event: 'APPROVE' })
    await untilTitle(journey, moving, 'Ready to merge: /merge')
    github.webhooks.drop(({ event }) => event === 'push' || event === 'pull_request', 2)
    const other = await deploymentWith(journey, '7.6.2')
    await github.commit(
      stage.repository,
      { [deployment]: other },
      { by: 'mallory', branch: 'moving', message: 'Slip it in' },
    )
    github.comment(moving, 'mallory', '/merge')
    await untilTitle(journey, moving, waiting)
    expect((await published(journey, moving)).merged).toBe(false)
  })

  it('a head that moves between the last look and the merge: GitHub refuses with 409', async () => {
    const { github, stage } = journey
    const pull = await bump('slipped', '7.6.5')
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    const other = await deploymentWith(journey, '7.6.6')
    github.faults.add({
      kind: 'slow',
      milliseconds: 500,
      when: ({ method, path }) => {
        const merges = method === 'PUT' && path.endsWith(`/pulls/${pull.number}/merge`)
        if (merges)
          void github.commit(
            stage.repository,
            { [deployment]: other },
            { by: 'mallory', branch: 'slipped', message: 'In the last moment' },
          )
        return merges
      },
    })
    github.comment(pull, 'mallory', '/merge')
    await untilTitle(journey, pull, waiting)
    const answers = github.requests
      .filter(({ method, path }) => method === 'PUT' && path.endsWith(`/pulls/${pull.number}/merge`))
      .map(({ status }) => status)
    expect(answers).toEqual([409])
    expect((await published(journey, pull)).merged).toBe(false)
  })

  it('a merge that GitHub puts off: what was judged then is not merged later', async () => {
    const { github } = journey
    const release = github.services.world.organization('acme')?.teams.get('release')
    if (release === undefined) throw new Error('there is no team')
    for (const kind of ['primary-rate-limit', 'secondary-rate-limit', 'status'] as const) {
      const pull = await bump(`put-off-${kind}`, `7.6.${kind.length}`)
      await github.review(pull, 'dana', { event: 'APPROVE' })
      await untilTitle(journey, pull, 'Ready to merge: /merge')
      github.faults.add({
        ...(kind === 'status' ? { kind, status: 502 } : { kind }),
        when: ({ method, path }) => {
          const merges = method === 'PUT' && path.endsWith(`/pulls/${pull.number}/merge`)
          // Nobody tells Countersign.
          if (merges) github.webhooks.drop(({ event }) => event === 'membership', 1)
          if (merges) github.removeTeamMember(release, 'dana')
          return merges
        },
      })
      github.comment(pull, 'mallory', '/merge')
      await untilTitle(journey, pull, waiting)
      expect((await published(journey, pull)).merged).toBe(false)
      await journey.as('alex').rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' })
      github.addTeamMember(release, 'dana')
    }
  })

  it('a command that was written before the head was pushed', async () => {
    const { github, stage } = journey
    const pull = await bump('overtaken', '7.6.8')
    await untilTitle(journey, pull, waiting)
    // Told late, so that the push overtakes it.
    github.webhooks.delay(2_500, ({ event }) => event === 'issue_comment', 1)
    github.comment(pull, 'alex', '/merge')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const other = await deploymentWith(journey, '7.6.9')
    await github.commit(
      stage.repository,
      { [deployment]: other },
      { by: 'mallory', branch: 'overtaken', message: 'Overtake' },
    )
    await github.review(pull, 'dana', { event: 'APPROVE' })
    const seen = await untilPublished(journey, pull, 'the refusal', ({ comments }) =>
      comments.some((body) => body.startsWith('The head changed after this was written.')),
    )
    expect(seen.merged).toBe(false)
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    expect((await published(journey, pull)).merged).toBe(false)
  })

  it('rules that a repository takes from its organisation', async () => {
    const { github, stage } = journey
    const before = await policyText()
    const mine = before.replace('version: 1\n', 'version: 1\nextends: [org]\n')
    await github.createRepository('acme/.github', {
      defaultBranch: 'trunk',
      files: { [policyFile]: 'version: 1\ndefaults:\n  protected: { checks: [org/scan] }\n' },
      by: 'alex',
    })
    await github.commit(stage.repository, { [policyFile]: mine }, { by: 'alex', message: 'As all of acme' })
    const pull = await bump('organisation', '7.8.0')
    await github.review(pull, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, pull, 'production: waiting for check org/scan to start')
    await github.status(stage.repository, pull.headSha, 'alex', { state: 'success', context: 'org/scan' })
    await untilTitle(journey, pull, 'Ready to merge: /merge')
    // What cannot be read is no empty policy.
    await github.commit('acme/.github', { [policyFile]: null }, { by: 'alex', message: 'Gone' })
    github.comment(pull, 'mallory', '/merge')
    await untilTitle(
      journey,
      pull,
      /^Cannot judge: .*acme\/\.github has no \.github\/countersign\.yml to extend/,
    )
    expect((await published(journey, pull)).merged).toBe(false)
    await journey.as('alex').rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' })
    await github.commit(stage.repository, { [policyFile]: before }, { by: 'alex', message: 'As before' })
  })

  it('a fork', async () => {
    const { github, stage } = journey
    const fork = await github.fork(stage.repository, 'sam')
    await github.commit(
      fork.fullName,
      { [deployment]: await deploymentWith(journey, '7.7.0') },
      { by: 'sam', branch: 'evil', message: 'Evil' },
    )
    const pull = await github.openPull(stage.repository, 'sam', {
      title: 'From a fork',
      head: 'sam:evil',
      base: 'main',
    })
    await github.review(pull, 'dana', { event: 'APPROVE' })
    github.comment(pull, 'mallory', '/merge')
    await untilTitle(journey, pull, 'Blocked: from a fork, and the policy ignores forks')
    expect((await published(journey, pull)).merged).toBe(false)
  })
})
