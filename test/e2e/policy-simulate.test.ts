import { Command } from 'commander'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalGitHub, type LocalGitHub } from '../../demo/github/local-github.ts'
import type { Pull } from '../../demo/github/world/model.ts'
import { sampleWithoutChecklist, setStage, type Stage } from '../../demo/stage.ts'
import { registerSimulate } from '../../src/cli/policy-simulate.ts'
import { composeSimulation } from '../../src/compose-simulation.ts'
import { localSettings } from '../../src/settings.ts'
import { testIo } from '../cli/test-io.ts'
import { deployment } from '../support/pulls.ts'

/** Merged pull requests of the local GitHub, merged by hand as on a repository that has no Countersign yet. */
let github: LocalGitHub
let stage: Stage
let home: string
let files: Record<string, string>
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-simulate-'))
  github = await startLocalGitHub()
  files = await sampleWithoutChecklist()
  stage = await setStage(github, { files })
})
afterAll(async () => {
  const { violations } = github
  await github.close()
  await rm(home, { recursive: true, force: true })
  expect(violations).toEqual([])
})

async function propose(branch: string, tag: string): Promise<Pull> {
  const text = (files[deployment] ?? '').replace(/frontend:[\d.]+/, `frontend:${tag}`)
  await github.commit(
    stage.repository,
    { [deployment]: text },
    { by: 'mallory', branch, message: branch, from: 'main' },
  )
  return github.openPull(stage.repository, 'mallory', { title: branch, head: branch, base: 'main' })
}

async function merge(pull: Pull, method: string): Promise<void> {
  const answer = await fetch(`${github.apiUrl}/repos/${stage.repository}/pulls/${pull.number}/merge`, {
    method: 'PUT',
    headers: { authorization: `token ${stage.tokens.alex ?? ''}`, 'content-type': 'application/json' },
    body: JSON.stringify({ merge_method: method }),
  })
  expect(answer.status).toBe(200)
}

async function simulate(as: 'alex' | null, ...args: string[]): Promise<{ code: number; out: string }> {
  const io = testIo(home, home)
  const settings = {
    ...localSettings({ home, gitHubHost: github.host, ...stage }),
    gitHubToken: as === null ? undefined : stage.tokens[as],
  }
  let code = -1
  const program = new Command().exitOverride()
  registerSimulate(
    program.command('policy'),
    io,
    (given) => (code = given),
    (repository) => composeSimulation(settings, repository),
  )
  const given = ['policy', 'simulate', stage.repository, '--policy', join(home, 'candidate.yml'), ...args]
  await program.parseAsync(given, { from: 'user' })
  return { code, out: io.written.out }
}

describe('countersign policy simulate OWNER/REPO', { timeout: 150_000 }, () => {
  it('says which merged pull requests would not have been merged, and whose signature was missing', async () => {
    const signed = await propose('signed', '7.0.1')
    await github.review(signed, 'dana', { event: 'APPROVE' })
    await merge(signed, 'squash')
    const unsigned = await propose('unsigned', '7.0.2')
    await merge(unsigned, 'merge')
    const stale = await propose('stale', '7.0.3')
    await github.review(stale, 'dana', { event: 'APPROVE' })
    const text = (files[deployment] ?? '').replace(/frontend:[\d.]+/, 'frontend:7.0.4')
    await github.commit(
      stage.repository,
      { [deployment]: text },
      { by: 'mallory', branch: 'stale', message: 'Slipped in' },
    )
    await merge(stale, 'rebase')
    const elsewhere = await github.commit(
      stage.repository,
      { 'notes.txt': 'x' },
      { by: 'mallory', branch: 'elsewhere', message: 'Notes', from: 'main' },
    )
    expect(elsewhere).toMatch(/^[0-9a-f]{40}$/)
    const notes = await github.openPull(stage.repository, 'mallory', {
      title: 'elsewhere',
      head: 'elsewhere',
      base: 'main',
    })
    await merge(notes, 'squash')
    const left = await propose('closed', '7.0.9')
    expect(left.state).toBe('open')
    // Whoever signs afterwards did not sign then.
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await github.review(unsigned, 'lee', { event: 'APPROVE' })

    await writeFile(join(home, 'candidate.yml'), files['.github/countersign.yml'] ?? '')
    const found = await simulate('alex', '--format', 'json')
    expect(found.code).toBe(1)
    const simulation = JSON.parse(found.out) as {
      counts: object
      pulls: { number: number; then: string; verdict: string; otherwise: boolean; environments: object[] }[]
    }
    expect(simulation.counts).toEqual({ pulls: 4, unaffected: 1, otherwise: 2 })
    const missing = [{ rule: 'release managers', have: 0, need: 1, from: ['team:acme/release'] }]
    const byNumber = new Map(simulation.pulls.map((pull) => [pull.number, pull]))
    expect(byNumber.get(signed.number)).toMatchObject({ then: 'ready', verdict: 'ready', otherwise: false })
    for (const pull of [unsigned, stale])
      expect(byNumber.get(pull.number)).toMatchObject({
        then: 'waiting',
        verdict: 'waiting',
        otherwise: true,
        asks: 'the same',
        environments: [{ name: 'staging' }, { name: 'production', verdict: 'waiting', missing }],
      })
    expect(byNumber.get(notes.number)).toMatchObject({ verdict: 'unaffected', otherwise: false })

    // A candidate that asks for nobody would have let all of them through; the App's own credentials read it as well.
    const lax = (files['.github/countersign.yml'] ?? '').replaceAll('count: 1', 'count: 0')
    await writeFile(join(home, 'candidate.yml'), lax)
    const passed = await simulate(null)
    expect(passed.code).toBe(0)
    expect(passed.out).toContain('0 would not have been merged as they were; 1 reach no environment\n')
    const table = await simulate(null, '--since', '2000-01-01', '--format', 'markdown')
    expect(table.out).toContain(`| #${unsigned.number} | unsigned | waiting | ready |`)
  })
})
