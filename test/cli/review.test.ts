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
const second = repository.commit({ 'base/a.yaml': map('two') })
repository.git('checkout', '--quiet', '-b', 'lax')
repository.commit({ '.github/countersign.yml': policy.replace('count: 2', 'count: 0') })
repository.git('checkout', '--quiet', 'work')

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
    const environment = (
      name: string,
      verdict: string,
      reasons: unknown,
      rules: unknown,
    ): Record<string, unknown> => ({
      name,
      verdict,
      digest,
      classes: ['config'],
      reasons,
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
      reasons: [],
      environments: [
        environment('staging', 'ready', [], []),
        environment(
          'production',
          'waiting',
          [{ code: 'approvals', verdict: 'waiting', message: 'waiting for 2 of 2 approvals (owners)' }],
          [{ name: 'owners', need: 2, have: 0 }],
        ),
      ],
    })
  })

  it('prints it for a person', async () => {
    expect((await run('--base', first)).out)
      .toBe(`production: waiting for 2 of 2 approvals (owners)  ${first.slice(0, 7)}..${second.slice(0, 7)}

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
    [['--policy', 'none.yml'], 'none.yml: cannot be read; name a file that exists.\n'],
    [['--repo', '/'], '/ is not inside a git repository\n'],
    [['--format', 'xml'], /Allowed choices are text, json, markdown/],
  ])('exits 2 for %j', async (args, words) => {
    const { code, err } = await run(...args)
    expect(code).toBe(2)
    expect(err).toMatch(words)
  })

  it('judges a change of the policy by the policy of the base', async () => {
    const { code, out } = await run('--head', 'lax', '--format', 'json')
    const { verdict, reasons, environments } = JSON.parse(out) as {
      verdict: string
      reasons: { code: string }[]
      environments: { verdict: string }[]
    }
    expect([code, verdict, reasons.map((reason) => reason.code)]).toEqual([1, 'error', ['policy-unguarded']])
    expect(environments.map((environment) => environment.verdict)).toEqual(['ready', 'waiting'])
  })

  it('says why it cannot judge: a class that no rule guards, a team whose members only GitHub knows', async () => {
    const text = policy
      .replace('[config]', '[image]')
      .replace(
        'targets: [staging] }',
        "targets: [staging], approvals: [{ name: a, from: ['team:acme/x'] }] }",
      )
    writeFileSync(join(home, 'unguarded.yml'), text)
    const { code, out } = await run('--policy', join(home, 'unguarded.yml'))
    expect([code, out.split('\n\n')[0]?.split('  ')[0]]).toEqual([
      1,
      'Cannot judge production: no rule guards changes of class config, and the environment is protected',
    ])
    expect(out).toContain('staging  waiting  1 resource · config · needs a 1\n')
    expect(out).toContain(
      'production  error  1 resource · config\n  no rule guards changes of class config, and the environment is protected\n',
    )
  })

  it('prints Markdown that text of the repository cannot leave', async () => {
    const head = repository.git('rev-parse', 'HEAD')
    repository.git('checkout', '--quiet', '-b', 'hostile')
    repository.commit({ 'base/a.yaml': map(JSON.stringify('```\n</details> @everyone')) })
    const { out } = await run('--format', 'markdown', '--environment', 'staging')
    repository.git('checkout', '--quiet', 'work')
    expect(repository.git('rev-parse', 'HEAD')).toBe(head)
    expect(out).toBe(`### Ready: nothing is missing (affects staging)

| environment | verdict | change |
|---|---|---|
| **staging** | ready | 1 resource · config |

<details><summary><b>staging</b> · staging, because <code>base/a.yaml</code> → <code>base</code> → <code>staging</code></summary>

**ConfigMap staging/a** · config

\`\`\`\`diff
  data:
    key: |
-     one
+     \`\`\`
+     </details> @everyone
\`\`\`\`

</details>
`)
  })

  it('names every mistake of a policy', async () => {
    writeFileSync(
      join(home, 'bad.yml'),
      'version: 1\nenvironments:\n  staging:\n    targets: [staging]\n    protected: maybe\n    aprovals: []\n',
    )
    const { code, err } = await run('--policy', join(home, 'bad.yml'))
    expect([code, err.split('\n').at(-2)]).toEqual([2, '2 problems. Nothing was judged.'])
    expect(err).toContain('bad.yml:5:16  environments.staging.protected: ')
    expect(err).toContain('bad.yml:6:5  environments.staging.aprovals: unknown key; did you mean approvals?')
  })
})
