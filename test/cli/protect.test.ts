import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalGitHub, type LocalGitHub } from '../../demo/github/local-github.ts'
import { setStage, type Stage } from '../../demo/stage.ts'
import { registerProtectWith } from '../../src/cli/protect.ts'
import { examineProtectionWith } from '../../src/cli/examine-protection.ts'
import { installedRepositories } from '../../src/compose-client.ts'
import { composeProtection } from '../../src/compose-protection.ts'
import { protectionProblems, type ProtectionFacts } from '../../src/core/protection.ts'
import { localSettings } from '../../src/settings.ts'
import { testIo } from './test-io.ts'

let github: LocalGitHub
let stage: Stage
beforeAll(async () => {
  github = await startLocalGitHub()
  stage = await setStage(github)
})
afterAll(async () => {
  const { violations } = github
  await github.close()
  expect(violations).toEqual([])
})

/** Runs `protect` as somebody, or as the App. */
async function protect(as: string | null, ...args: string[]): Promise<{ code: number; out: string }> {
  const io = testIo('.', '.')
  const settings = {
    ...localSettings({ home: '.', gitHubHost: github.host, ...stage }),
    gitHubToken: as === null ? undefined : stage.tokens[as],
  }
  let code = -1
  const program = new Command().exitOverride()
  const register = registerProtectWith((repository) => composeProtection(settings, repository))
  register(program, io, (given) => (code = given))
  await program.parseAsync(['protect', stage.repository, ...args], { from: 'user' })
  return { code, out: io.written.out }
}

describe('countersign protect', () => {
  it('shows what is missing, creates the ruleset once, and finds what is changed afterwards', async () => {
    const before = await protect(null)
    expect(before.code).toBe(1)
    expect(before.out).toContain(`acme/shop:
  main does not require the check countersign: pull requests can be merged without it
  main can be pushed to without a pull request
  main can be force-pushed
`)
    expect(before.out).toContain(`"integration_id": ${stage.appId}`)
    await expect(protect('mallory', '--apply')).rejects.toThrow(/takes a token of an administrator/)

    expect(await protect('alex', '--apply')).toEqual({
      code: 0,
      out: 'acme/shop: the check is binding on main.\n',
    })
    expect((await protect('alex', '--apply')).code).toBe(0)
    const { rulesets } = github.repository(stage.repository)
    expect(rulesets.size).toBe(1)

    const [ruleset] = rulesets.values()
    if (ruleset === undefined) throw new Error('no ruleset')
    ruleset.bypassActors = [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }]
    expect((await protect('alex')).out).toContain('  RepositoryRole 5 may pass by the rules of main\n')
    ruleset.bypassActors = []
    ruleset.enforcement = 'disabled'
    expect(JSON.parse((await protect('alex', '--format', 'json')).out)).toMatchObject({
      version: 1,
      repository: 'acme/shop',
      branch: 'main',
      problems: [
        'main does not require the check countersign (ruleset countersign is not enforced): pull requests can be merged without it',
        'main can be pushed to without a pull request',
        'main can be force-pushed',
      ],
    })
  })
})

describe('protection in doctor, and --strict', () => {
  const settings = () => ({ ...localSettings({ home: '.', gitHubHost: github.host, ...stage }) })
  const doctor = (repository?: string) =>
    examineProtectionWith(() => ({
      installed: () => installedRepositories(settings()),
      connect: (name) => composeProtection(settings(), name),
    }))(testIo('.', '.'), repository)

  it('shows drift of every installed repository, or of the one that is named', async () => {
    const { rulesets } = github.repository(stage.repository)
    rulesets.clear()
    const missing = {
      name: 'acme/shop',
      ok: false,
      found:
        'main does not require the check countersign: pull requests can be merged without it; main can be pushed to without a pull request; main can be force-pushed',
      next: 'countersign protect acme/shop --apply sets this right',
    }
    expect(await doctor()).toEqual([missing])
    await protect('alex', '--apply')
    expect(await doctor('acme/shop')).toEqual([
      { name: 'acme/shop', ok: true, found: 'the check is binding on main' },
    ])
    expect(await doctor('acme/absent')).toEqual([expect.objectContaining({ name: 'acme/absent', ok: false })])
  })

  it('makes GitHub refuse what is behind the branch, and keeps the ruleset of each branch', async () => {
    await protect('alex', '--apply')
    expect((await protect('alex', '--strict')).out).toContain(
      '  main takes pull requests that are behind it: what they were judged for may be another change\n',
    )
    expect((await protect('alex', '--strict', '--apply')).code).toBe(0)
    await github.commit(
      stage.repository,
      { 'r.txt': 'x' },
      { by: 'alex', branch: 'release', message: 'Release' },
    )
    expect((await protect('alex', '--branch', 'release', '--apply')).out).toBe(
      'acme/shop: the check is binding on release.\n',
    )
    expect(
      [...github.repository(stage.repository).rulesets.values()].map(({ name, include }) => [name, include]),
    ).toEqual([
      ['countersign', ['~DEFAULT_BRANCH']],
      ['countersign: release', ['refs/heads/release']],
    ])
    expect((await protect('alex')).code).toBe(0)
  })
})

describe('core/protection', () => {
  const whole: ProtectionFacts = {
    defaultBranch: 'main',
    checks: [{ name: 'countersign', app: 7 }],
    upToDateOnly: false,
    pullRequestOnly: true,
    forbidsForcePush: true,
    bypass: null,
    disabled: [],
  }
  it.each<[string, Partial<ProtectionFacts>, string[]]>([
    ['nothing', {}, []],
    [
      'any source',
      { checks: [{ name: 'countersign', app: null }] },
      ['main takes the check countersign from any source: whoever can write can forge it'],
    ],
    [
      'another source',
      { checks: [{ name: 'countersign', app: 8 }] },
      ['main expects the check countersign from another App (8), which never reports it'],
    ],
    [
      'only other checks',
      { checks: [{ name: 'ci', app: 7 }] },
      ['main does not require the check countersign: pull requests can be merged without it'],
    ],
  ])('finds %s', (_, more, problems) => {
    expect(protectionProblems({ ...whole, ...more }, 'main', 7)).toEqual(problems)
  })
})
