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

const policy = `version: 1
environments:
  staging: { targets: [staging] }
  production:
    targets: [production]
    protected: true
    approvals: [{ name: owners, changes: [config], count: 2, from: ['user:dana'] }]
`
const map = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: ${value}}\n`
const first = repository.commit({
  '.github/countersign.yml': policy,
  'base/kustomization.yaml': 'resources: [a.yaml]\n',
  'base/a.yaml': map('one'),
  'staging/kustomization.yaml': 'namespace: staging\nresources: [../base]\n',
  'production/kustomization.yaml': 'namespace: production\nresources: [../base]\n',
})
repository.git('checkout', '--quiet', '-b', 'work')
const second = repository.commit({
  'base/a.yaml': map('two'),
  '.github/countersign.yml': 'version: 1\nenvironments: {}\n',
})

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const io = testIo(repository.directory, home)
  const code = await runCli(['review', ...args], io)
  return { code, ...io.written }
}

describe('countersign review', () => {
  it('compares the merge base with the head, under the policy of the base', async () => {
    const { code, out, err } = await run('--format', 'json')
    expect([code, err]).toEqual([1, ''])
    const digest: unknown = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
    const environment = (name: string, verdict: string, rules: unknown): unknown => ({
      name,
      verdict,
      digest,
      classes: ['config'],
      targets: [
        {
          path: name,
          renderer: 'kustomize',
          affected: true,
          why: ['base/a.yaml', 'base', name],
          resources: [
            {
              action: 'changed',
              apiVersion: 'v1',
              kind: 'ConfigMap',
              namespace: name,
              name: 'a',
              classes: ['config'],
              risks: [],
              changes: [{ path: '/data/key', before: 'one', after: 'two' }],
            },
          ],
        },
      ],
      rules,
      readiness: { new: 0, all: 0, findings: [] },
    })
    expect(JSON.parse(out)).toEqual({
      version: 1,
      verdict: 'waiting',
      base: first,
      head: second,
      environments: [
        environment('staging', 'ready', []),
        environment('production', 'waiting', [{ name: 'owners', need: 2, have: 0 }]),
      ],
    })
  })

  it('prints it for a person', async () => {
    expect((await run('--base', first)).out)
      .toBe(`Needs signatures (affects staging, production)  ${first.slice(0, 7)}..${second.slice(0, 7)}

staging  ready  1 resource · config
  staging  because base/a.yaml → base → staging

    ~ ConfigMap staging/a · config
          data:
        -   key: one
        +   key: two

production  waiting  1 resource · config · needs owners 2
  production  because base/a.yaml → base → production

    ~ ConfigMap production/a · config
          data:
        -   key: one
        +   key: two

`)
  })

  it('exits 0 where nothing is affected', async () => {
    const { code, out } = await run('--base', first, '--head', first)
    expect([code, out.split('\n')[0]?.split('  ')[0]]).toEqual([0, 'No environment is affected'])
  })

  it('knows one environment when asked for one', async () => {
    const { code, out } = await run('--environment', 'staging', '--format', 'json')
    expect([
      code,
      (JSON.parse(out) as { environments: { name: string }[] }).environments.map(({ name }) => name),
    ]).toEqual([0, ['staging']])
  })

  it.each([
    [['--head', 'nope'], 'there is no commit nope in this repository\n'],
    [['--environment', 'qa'], 'the policy has no environment qa; it has staging, production\n'],
    [['--policy', 'none.yml'], 'none.yml cannot be read\n'],
    [['--repo', '/'], '/ is not inside a git repository\n'],
    [['--format', 'xml'], /Allowed choices are text, json, markdown/],
  ])('exits 2 for %j', async (args, words) => {
    const { code, err } = await run(...args)
    expect(code).toBe(2)
    expect(err).toMatch(words)
  })

  it('names every mistake of a policy that is no YAML', async () => {
    writeFileSync(join(home, 'bad.yml'), 'environments: [\n')
    const { code, err } = await run('--policy', join(home, 'bad.yml'))
    expect([code, err.endsWith('1 problem. Nothing was judged.\n')]).toEqual([2, true])
  })
})
