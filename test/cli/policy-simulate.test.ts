import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/main.ts'
import { TemporaryRepository } from '../adapters/git/temporary-repository.ts'
import { testIo } from './test-io.ts'

const repository = new TemporaryRepository()
const home = mkdtempSync(join(tmpdir(), 'countersign-test-'))
afterAll(() => {
  repository.remove()
  rmSync(home, { recursive: true, force: true })
})

const policy = (count: number): string => `version: 1
environments:
  production:
    targets: [production]
    protected: true
    approvals: [{ name: owners, changes: [config], count: ${count}, from: ['user:dana'] }]
`
const map = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: ${value}}\n`

repository.commit({ 'production/a.yaml': map('none') }, 'Start')
repository.commit({ 'production/a.yaml': map('zero') }, 'Before there was a policy (#1)')
repository.commit({ '.github/countersign.yml': policy(1) }, 'A policy')
repository.commit({ 'production/a.yaml': map('one') }, 'Squashed (#2)')
repository.commit({ 'notes.txt': 'x' }, 'Elsewhere (#3)')
repository.git('checkout', '--quiet', '-b', 'work')
repository.commit({ 'production/a.yaml': map('two') }, 'Work')
repository.git('checkout', '--quiet', 'main')
repository.git('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #4 from acme/work', 'work')
repository.commit({ 'production/a.yaml': map('three') }, 'Pushed without a pull request')
writeFileSync(join(home, 'stricter.yml'), policy(2))

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = testIo(repository.directory, home)
  const code = await runCli(['policy', 'simulate', ...args], io)
  return { code, ...io.written }
}

describe('countersign policy simulate in a clone', () => {
  it('judges what history shows under the candidate and under the policy of then', async () => {
    const { code, out, err } = await run('--policy', join(home, 'stricter.yml'), '--format', 'json')
    expect([code, err]).toEqual([1, ''])
    const found = JSON.parse(out) as { pulls: unknown[] }
    const missing = [{ rule: 'owners', have: 0, need: 2, from: ['user:dana'] }]
    const production = [{ name: 'production', verdict: 'waiting', missing, reasons: [] }]
    const of = (number: number, title: string, more: object): unknown =>
      expect.objectContaining({ number, title, reasons: [], ...more })
    expect(found).toMatchObject({
      version: 1,
      source: '.',
      reviewsKnown: false,
      counts: { pulls: 4, unaffected: 1, otherwise: 3 },
    })
    expect(found.pulls).toEqual([
      of(4, 'acme/work', {
        then: 'waiting',
        verdict: 'waiting',
        otherwise: true,
        asks: 'more',
        environments: production,
      }),
      of(3, 'Elsewhere', {
        then: 'unaffected',
        verdict: 'unaffected',
        otherwise: false,
        asks: 'the same',
        environments: [],
      }),
      of(2, 'Squashed', {
        then: 'waiting',
        verdict: 'waiting',
        otherwise: true,
        asks: 'more',
        environments: production,
      }),
      of(1, 'Before there was a policy', {
        then: null,
        verdict: 'waiting',
        otherwise: true,
        asks: 'more',
        environments: production,
      }),
    ])
  })

  it('says so in words, with what it cannot know', async () => {
    const { out } = await run('--policy', join(home, 'stricter.yml'))
    expect(out).toContain(
      '3 would be judged otherwise than under the policy of then; 1 reach no environment\n',
    )
    expect(out).toContain(`  Squashed  otherwise
    waiting; waiting under the policy of then; it asks for more than the policy of then
    production: 2 of 2 approvals missing (owners: user:dana)
`)
    expect(out).toContain('a clone has no reviews and no checks')
    const markdown = await run('--policy', join(home, 'stricter.yml'), '--format', 'markdown')
    expect(markdown.out).toContain('| #2 | Squashed | waiting | waiting (otherwise) |')
  })

  it('finds only what had no policy then where the candidate is the policy of then, and nothing that is older', async () => {
    const same = JSON.parse((await run('--since', '90d', '--format', 'json')).out) as {
      pulls: { number: number; otherwise: boolean }[]
    }
    expect(same.pulls.map(({ number, otherwise }) => [number, otherwise])).toEqual([
      [4, false],
      [3, false],
      [2, false],
      [1, true],
    ])
    const none = await run('--since', '2999-01-01')
    expect(none.code).toBe(0)
    expect(none.out).toContain('0 merged pull requests since 2999-01-01')
  })

  it.each([
    [['--since', 'yesterday'], 2, '--since yesterday is no time'],
    [['--policy', 'absent.yml'], 2, 'absent.yml: cannot be read'],
    [['not-a-repository'], 2, 'write OWNER/REPO'],
    [['--base', 'nowhere'], 2, 'nowhere'],
  ])('refuses %j', async (args, code, words) => {
    const result = await run(...args)
    expect(result.code).toBe(code)
    expect(result.err).toContain(words)
  })
})
