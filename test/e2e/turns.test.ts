import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleWithoutChecklist } from '../../demo/stage.ts'
import { eventually, startJourney, type Journey } from '../support/start-journey.ts'

const at = { owner: 'acme', repo: 'shop' }
const overlay = 'deploy/overlays/production'

let journey: Journey
beforeAll(async () => {
  journey = await startJourney({ files: await sampleWithoutChecklist() })
})
afterAll(async () => {
  expect(journey.github.violations).toEqual([])
  await journey.close()
})

test(
  'merges that a freeze held up go in the order in which they were asked',
  { timeout: 300_000 },
  async () => {
    const alex = journey.as('alex')
    const comment = (login: string, number: number, body: string): Promise<unknown> =>
      journey.as(login).rest.issues.createComment({ ...at, issue_number: number, body })
    const title = async (number: number): Promise<string> => {
      const { data: pull } = await alex.rest.pulls.get({ ...at, pull_number: number })
      const { data } = await alex.rest.checks.listForRef({ ...at, ref: pull.head.sha })
      return data.check_runs[0]?.output.title ?? ''
    }
    const open = async (name: string): Promise<number> => {
      const file = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: b }\n`
      const { data } = await alex.rest.repos.getContent({ ...at, path: `${overlay}/kustomization.yaml` })
      const before = Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
      const [first = '', ...rest] = before.split('resources:\n')
      // Each adds a line in another place, so that they do not conflict.
      const after =
        name === 'second'
          ? `${first}resources:\n  - ${name}.yaml\n${rest.join('')}`
          : `${before}configMapGenerator: [{ name: ${name}, literals: [a=b] }]\n`
      const files = { [`${overlay}/${name}.yaml`]: file, [`${overlay}/kustomization.yaml`]: after }
      await journey.github.commit('acme/shop', files, { by: 'mallory', branch: name, message: name })
      const { data: pull } = await journey
        .as('mallory')
        .rest.pulls.create({ ...at, title: name, head: name, base: 'main' })
      await eventually('the check', async () => (await title(pull.number)).includes('config owners'), 120_000)
      await journey.as('carol').rest.pulls.createReview({ ...at, pull_number: pull.number, event: 'APPROVE' })
      return pull.number
    }
    const [first, second] = [await open('first'), await open('second')]
    await comment('alex', first, '/freeze production because of the test')
    for (const number of [first, second])
      await eventually('the freeze', async () => (await title(number)).includes('frozen'), 120_000)
    // Opened last and asked first.
    await comment('mallory', second, '/merge')
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    await comment('mallory', first, '/merge')
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    await comment('alex', first, '/unfreeze production')
    await eventually(
      'both merges',
      async () => {
        const pulls = await Promise.all(
          [first, second].map((number) => alex.rest.pulls.get({ ...at, pull_number: number })),
        )
        return pulls.every(({ data }) => data.merged)
      },
      120_000,
    )
    const { data: log } = await alex.rest.repos.listCommits({ ...at, per_page: 2 })
    expect(log.map(({ commit }) => commit.message.split('\n')[0])).toEqual([
      `first (#${first})`,
      `second (#${second})`,
    ])
  },
)
