import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Pull } from '../../demo/github/world/model.ts'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { deployment, deploymentWith, propose, untilTitle } from '../support/pulls.ts'
import { eventually, startJourney, type Journey } from '../support/start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }
const waiting = 'production: waiting for 1 of 1 approval (release managers)'
const ready = 'Ready to merge: /merge'

describe('a merge queue', () => {
  let journey: Journey
  beforeAll(async () => {
    journey = await startJourney({ files: await sampleWithoutChecklist() })
  })
  afterAll(async () => {
    expect(journey.github.violations).toEqual([])
    await journey.close()
  })

  async function change(branch: string, files: Readonly<Record<string, string>>): Promise<Pull> {
    const pull = await propose(journey, { branch, files })
    await untilTitle(journey, pull, branch.startsWith('notes') ? 'No environment is affected' : waiting)
    return pull
  }
  const image = async (tag: string): Promise<Record<string, string>> => ({
    [deployment]: await deploymentWith(journey, tag),
  })

  /** What Countersign says of a group. */
  async function judged(
    branch: string,
  ): Promise<{ conclusion: string | null; title: string; summary: string }> {
    return eventually('the check of the group', async () => {
      const { data } = await journey
        .as('alex')
        .rest.checks.listForRef({ ...at, ref: branch, check_name: 'countersign' })
      expect(data.check_runs.length).toBeLessThanOrEqual(1)
      const [run] = data.check_runs
      return (
        run?.status === 'completed' && {
          conclusion: run.conclusion,
          title: run.output.title ?? '',
          summary: run.output.summary ?? '',
        }
      )
    })
  }

  it('is told that a group is good only when each pull request in it is, by whichever method', async () => {
    const { github } = journey
    const first = await change('group-1', await image('7.1.0'))
    const second = await change('notes-1', { 'notes/one.md': 'x\n' })
    for (const method of ['merge', 'squash', 'rebase'] as const) {
      const seen = await judged(await github.makeGroup([second, first], { method }))
      expect(seen).toMatchObject({ conclusion: 'failure', title: `#${first.number}: ${waiting}` })
      expect(seen.summary).toContain(`**#${second.number}** ready`)
    }
    await github.review(first, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, first, ready)
    for (const method of ['merge', 'squash', 'rebase'] as const) {
      const seen = await judged(await github.makeGroup([first, second], { method }))
      expect(seen).toMatchObject({
        conclusion: 'success',
        title: `Ready together: #${first.number}, #${second.number}`,
      })
    }
  })

  it('judges what the group does, not what the page shows', async () => {
    const { github, stage } = journey
    const kustomization = 'deploy/overlays/production/kustomization.yaml'
    const signed = await change('group-2', await image('7.2.0'))
    await github.review(signed, 'dana', { event: 'APPROVE' })
    await untilTitle(journey, signed, ready)
    // Alone it is as signed; the pull request before it in the queue makes another change of it.
    const { data } = await journey.as('alex').rest.repos.getContent({ ...at, path: kustomization })
    const text = Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
    const prefixed = await propose(journey, {
      branch: 'group-3',
      files: { [kustomization]: `${text}namePrefix: new-\n` },
    })
    await untilTitle(journey, prefixed, /^(production|Blocked|Ready|Waiting)/)
    const seen = await judged(await github.makeGroup([prefixed, signed]))
    expect(seen.conclusion).toBe('failure')
    expect(seen.summary).not.toContain(`**#${signed.number}** ready`)
    expect(stage.repository).toBe('acme/shop')
  })

  it('is never green for what no pull request explains', async () => {
    const { github, stage } = journey
    const pull = await change('notes-2', { 'notes/two.md': 'x\n' })
    const { git } = github.repository(stage.repository)
    const tip = git.branch('main') ?? ''
    // A commit on the base that nobody proposed, as if the queue had been tampered with: the branch's tip is taken back after the group was made.
    await github.commit(stage.repository, { 'notes/sneaked.md': 's\n' }, { by: 'alex', message: 'Sneak' })
    github.webhooks.hold()
    const branch = await github.makeGroup([pull])
    await git.updateRef('refs/heads/main', tip)
    github.webhooks.flush()
    const seen = await judged(branch)
    expect(seen.conclusion).toBe('failure')
    expect(seen.title).toMatch(/is not what an open pull request brings$/)
  })
})
