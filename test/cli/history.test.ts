import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/adapters/store/database.ts'
import { createSqlStore } from '../../src/adapters/store/sql-store.ts'
import { registerHistoryWith } from '../../src/cli/history.ts'
import { newRollout } from '../../src/core/rollout/rollout.ts'
import type { RolloutState } from '../../src/core/rollout/rollout-state.ts'
import type { Store } from '../../src/ports/store.ts'
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts'
import { testIo } from './test-io.ts'

const clone = new TemporaryRepository()
const policy = `version: 1
environments:
  staging: { targets: [staging] }
  production: { targets: [production] }
`
const manifest = (tag: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\nspec: { template: { spec: { containers: [{ name: app, image: "app:${tag}" }] } } }\n`
const release = (tag: string): string =>
  clone.commit({ 'staging/web.yaml': manifest(tag), 'production/web.yaml': manifest(tag) }, tag)
const base = clone.commit({ '.github/countersign.yml': policy })
const shas = [release('1'), release('2'), release('3')] as const

let directory: string
let store: Store
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-history-'))
  store = createSqlStore(await openDatabase({ directory }))
  const deploy = async (pull: 7 | 8 | 9, environment: string, state: RolloutState, sentence: string) => {
    const mergedAt = `2026-03-0${pull - 5}T09:50:00.000Z`
    const sha = shas[pull - 7] ?? ''
    const key = { repository: 'acme/shop', environment, sha }
    const rollout = { ...newRollout(mergedAt, undefined), state, sentence }
    const healthy = { ...rollout, firstHealthyAt: mergedAt.replace('09:50', '10:00') }
    const signatures =
      environment === 'production' ? [{ rule: 'release managers', people: ['dana', 'lee'] }] : []
    const rest = {
      base,
      pull,
      installation: 1,
      githubId: 1,
      mergedAt,
      mergedBy: 'countersign[bot]',
      digest: 'd',
    }
    await store.createDeployment({ ...key, ...rest, classes: ['image'], signatures, rollout })
    if (state === 'healthy' || state === 'superseded') await store.saveRollout(key, healthy, undefined)
  }
  await deploy(7, 'staging', 'superseded', 'superseded by a later revision')
  await deploy(7, 'production', 'healthy', 'healthy: prod-eu: Application argocd/shop is healthy')
  await deploy(8, 'staging', 'healthy', 'healthy: stage: Kustomization apps/shop is ready')
  await deploy(
    9,
    'production',
    'failed',
    'failed: prod-eu: Application argocd/shop is degraded: \u001b[31mcrash',
  )
})
afterAll(async () => {
  await store.close()
  clone.remove()
  await rm(directory, { recursive: true, force: true })
})

async function run(...args: readonly string[]): Promise<{ code: number; out: string }> {
  const io = testIo(clone.directory, directory)
  let code = -1
  const program = new Command().exitOverride()
  registerHistoryWith(() => Promise.resolve({ ...store, close: () => Promise.resolve() }))(
    program,
    io,
    (given) => (code = given),
  )
  await program.parseAsync(['history', ...args], { from: 'user' })
  return { code, out: io.written.out }
}
const short = shas.map((sha) => sha.slice(0, 7))

describe('countersign history', () => {
  it('says what is live where, since when, by which pull request and whose signatures', async () => {
    expect(await run('acme/shop')).toEqual({
      code: 0,
      out: `production
  live: #7 ${short[0]}, healthy, since 2026-03-02 10:00 UTC
    healthy: prod-eu: Application argocd/shop is healthy
    signed by dana, lee (release managers); merged 2026-03-02 09:50 UTC by countersign[bot]
  after it: #9 ${short[2]}, failed since 2026-03-04 09:50 UTC: failed: prod-eu: Application argocd/shop is degraded: \\u001b[31mcrash

staging
  live: #8 ${short[1]}, healthy, since 2026-03-03 10:00 UTC
    healthy: stage: Kustomization apps/shop is ready
    nobody had to sign; merged 2026-03-03 09:50 UTC by countersign[bot]

Last deployments
  2026-03-04 09:50 UTC  production  #9  ${short[2]}  failed      image
  2026-03-03 09:50 UTC  staging     #8  ${short[1]}  healthy     image
  2026-03-02 09:50 UTC  production  #7  ${short[0]}  healthy     image
  2026-03-02 09:50 UTC  staging     #7  ${short[0]}  superseded  image
`,
    })
  })

  it('prints one environment and the last few, as JSON and as Markdown', async () => {
    const json = JSON.parse(
      (await run('acme/shop', '--environment', 'production', '--limit', '1', '--format', 'json')).out,
    ) as { environments: { name: string; live: { pull: number } }[]; deployments: { pull: number }[] }
    expect(json).toMatchObject({
      version: 1,
      repository: 'acme/shop',
      environments: [{ name: 'production' }],
    })
    expect(json.environments[0]?.live).toMatchObject({
      pull: 7,
      sha: shas[0],
      state: 'healthy',
      signatures: [{ rule: 'release managers', people: ['dana', 'lee'] }],
    })
    expect(json.deployments.map(({ pull }) => pull)).toEqual([9])
    expect((await run('acme/shop', '--format', 'markdown')).out).toContain(
      `| production | acme/shop#7 \`${short[0]}\` | 2026-03-02 10:00 UTC | signed by dana, lee (release managers) |`,
    )
    expect((await run('acme/other')).out).toBe('No deployment of acme/other is in the record.\n')
  })

  it.each([['#7..#9'], ['7..9'], [`${short[0]}..${short[2]}`]])('compares %s as diff does', async (range) => {
    expect(await run('acme/shop', '--compare', range)).toEqual({
      code: 1,
      out: `~ Deployment shop/web · image
    warning: the image of app moves to another major version: 1 → 3 [image-major]
      spec:
        template:
          spec:
            containers:
              - name: app
    -           image: app:1
    +           image: app:3

1 resource · image
`,
    })
  })

  it('finds no difference between a deployment and itself', async () => {
    expect(await run('acme/shop', '--compare', '7..7', '--environment', 'staging')).toEqual({
      code: 0,
      out: 'No differences.\n',
    })
  })

  it.each([
    ['7', 'names no two deployments'],
    ['7..12', 'no deployment of 12 is in the record'],
    ['8..9', '8 and 9 have no environment in common'],
    ['7..7', 'both reached'],
  ])('refuses %s', async (range, words) => {
    await expect(run('acme/shop', '--compare', range)).rejects.toThrow(words)
  })
  it('refuses what is no repository', async () => {
    await expect(run('shop')).rejects.toMatchObject({ code: 'usage' })
  })
})
