import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/main.ts'
import { readSettings } from '../../src/settings.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-policy-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function run(args: string[], stdin = ''): Promise<{ code: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const code = await runCli(args, {
    settings: readSettings(),
    cwd: directory,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    columns: 100,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    readStdin: async () => stdin,
  })
  return { code, out, err }
}

function write(file: string, text: string): void {
  writeFileSync(join(directory, file), text)
}

const policy = `version: 1
extends: [standard]
environments:
  staging: { targets: [a] }
  production: { targets: [b], protected: true }
`

const caseOf = (verdict: string, rest = ''): string => `policyFile: p.yml
cases:
  - name: one signature is missing
    pull: { author: mallory }
    changes: { production: { classes: [image] } }
    expect: { verdict: ${verdict}${rest} }
`

describe('countersign policy check', () => {
  it('says what it found in a valid policy', async () => {
    write('p.yml', policy)
    expect(await run(['policy', 'check', 'p.yml'])).toEqual({
      code: 0,
      out: 'p.yml: valid; 2 environments (staging and production), 1 approval rule.\n',
      err: '',
    })
  })

  it('prints every problem and judges nothing', async () => {
    write('p.yml', `${policy}forks: ignor\nfrok: x\n`)
    expect(await run(['policy', 'check', 'p.yml'])).toEqual({
      code: 2,
      out: '',
      err: `p.yml:6:8  forks: "ignor" is not known here; did you mean ignore?
p.yml:7:1  frok: unknown key; did you mean forks?
2 problems. Nothing was judged.
`,
    })
  })

  it('gives problems as JSON', async () => {
    write('p.yml', '[]')
    const { code, out } = await run(['policy', 'check', 'p.yml', '--format', 'json'])
    expect([code, JSON.parse(out)]).toEqual([
      2,
      {
        version: 1,
        valid: false,
        problems: [
          { file: 'p.yml', line: 1, column: 1, path: '', message: 'a list is not a map; write a map' },
        ],
      },
    ])
  })

  it('reads standard input, and the policy of the organisation from a file', async () => {
    write('org.yml', 'version: 1\ngroups: { sre: [alice] }\n')
    const text = `${policy.replace('[standard]', '[standard, org]')}policy-changes: { from: [group:sre] }\n`
    expect(await run(['policy', 'check', '-', '--org', 'org.yml'], text)).toMatchObject({
      code: 0,
      out: 'standard input: valid; 2 environments (staging and production), 1 approval rule.\n',
    })
  })

  it('says which file it cannot read', async () => {
    expect(await run(['policy', 'check'])).toEqual({
      code: 2,
      out: '',
      err: '.github/countersign.yml: cannot be read; name a file that exists.\n',
    })
  })
})

describe('countersign policy test', () => {
  it('passes and exits 0', async () => {
    write('p.yml', policy)
    write('c.yaml', caseOf('waiting'))
    expect(await run(['policy', 'test', 'c.yaml'])).toEqual({
      code: 0,
      out: 'c.yaml\n  pass  one signature is missing\n\n1 case: 1 passed, 0 failed.\n',
      err: '',
    })
  })

  it('shows what is otherwise and why, and exits 1', async () => {
    write('p.yml', policy)
    write(
      'c.yaml',
      caseOf(
        'ready',
        ', environments: { production: { rules: { reviewers: { have: 1, counted: [alice] } } } }',
      ),
    )
    expect(await run(['policy', 'test', 'c.yaml'])).toEqual({
      code: 1,
      out: `c.yaml
  FAIL  one signature is missing
        verdict: expected ready, got waiting
        environments.production.rules.reviewers.have: expected 1, got 0
        environments.production.rules.reviewers.counted: expected alice, got nobody
        because  production: waiting for 1 of 1 approval (reviewers)

1 case: 0 passed, 1 failed.
`,
      err: '',
    })
  })

  it('exits 2 for a bad file and still runs the others', async () => {
    write('p.yml', policy)
    write('good.yaml', caseOf('ready'))
    write('bad.yaml', caseOf('wating', ', environments: { prodution: {} }').replace('author:', 'autor:'))
    expect(await run(['policy', 'test', 'good.yaml', 'bad.yaml'])).toMatchObject({
      code: 2,
      out: expect.stringContaining(`bad.yaml:4:11  cases[0].pull: author is missing; write a login, { login, type }, or null
bad.yaml:4:13  cases[0].pull.autor: unknown key; did you mean author?
bad.yaml:6:24  cases[0].expect.verdict: "wating" is not known here; did you mean waiting?

1 case: 0 passed, 1 failed. 1 file is bad and was not judged.
`) as string,
    })
  })

  it.each([
    [
      'a bad inline policy',
      'policy: { version: 1, environments: { a: { protectd: true } } }\ncases: [{ name: x, pull: { author: a }, expect: {} }]\n',
      'c.yaml:1:44  policy.environments.a.protectd: unknown key; did you mean protected?',
    ],
    [
      'no policy',
      'cases: [{ name: x, pull: { author: a }, expect: {} }]\n',
      'c.yaml:1:9  cases[0]: no policy; write policy or policyFile, here or at the top of the file',
    ],
    [
      'a policy file that is not there',
      'policyFile: q.yml\ncases: [{ name: x, pull: { author: a }, expect: {} }]\n',
      'c.yaml:1:13  policyFile: there is no file q.yml; write a path relative to this file',
    ],
    [
      'an environment that the policy does not have',
      'policy: { environments: { production: {} } }\ncases: [{ name: x, pull: { author: a }, changes: { prodution: {} }, expect: {} }]\n',
      'c.yaml:2:52  cases[0].changes.prodution: the policy has no environment prodution; did you mean production?',
    ],
    [
      'a rule that the policy does not have',
      'policy: { environments: { production: {} } }\ncases: [{ name: x, pull: { author: a }, expect: { environments: { production: { rules: { y: {} } } } } }]\n',
      'c.yaml:2:90  cases[0].expect.environments.production.rules.y: the policy has no rule y; the policy has none',
    ],
    [
      'a day that does not exist',
      'policy: { environments: { production: {} } }\ncases: [{ name: x, now: 2026-02-30T00:00:00Z, pull: { author: a }, expect: {} }]\n',
      'c.yaml:2:25  cases[0].now: "2026-02-30T00:00:00Z" is not a time; write one such as 2026-03-02T12:00:00Z',
    ],
    [
      'YAML that does not parse',
      'cases: [',
      'c.yaml:1:9  not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('refuses %s with line and column', async (_, text, problem) => {
    write('c.yaml', text)
    const { code, out } = await run(['policy', 'test', 'c.yaml'])
    expect([code, out.split('\n')[0]]).toEqual([2, problem])
  })

  it('gives results as JSON', async () => {
    write('p.yml', policy)
    write('c.yaml', caseOf('ready'))
    const { code, out } = await run(['policy', 'test', 'c.yaml', '--format', 'json'])
    expect([code, JSON.parse(out)]).toEqual([
      1,
      {
        version: 1,
        summary: { cases: 1, passed: 0, failed: 1, badFiles: 0 },
        files: [
          {
            file: 'c.yaml',
            cases: [
              {
                name: 'one signature is missing',
                passed: false,
                differences: [{ path: 'verdict', expected: 'ready', actual: 'waiting' }],
                because: ['production: waiting for 1 of 1 approval (reviewers)'],
              },
            ],
          },
        ],
      },
    ])
  })
})

describe('countersign policy explain', () => {
  it('says a policy in plain words', async () => {
    write('p.yml', policy)
    expect(await run(['policy', 'explain', 'p.yml'])).toEqual({
      code: 0,
      out: `staging
  Its targets are a.
  No change needs an approval.
  Checklist baseline runs; what a change makes worse blocks it.
  Merges (squash) as soon as everything is ready, one deployment at a time.

production (protected)
  Its targets are b.
  Every change needs one approval from people with write permission or more (reviewers).
  A class of change that no rule guards is an error.
  Nobody who contributed to the pull request may sign it, and a commit that cannot be tied to an account blocks it.
  An approval counts as long as the rendered change stays the same.
  Checklist production runs; what a change makes worse blocks it.
  Merges (squash) when somebody asks with /merge, one deployment at a time.

Everywhere
  A change of the policy needs one approval from people with admin permission or more.
  Pull requests from forks are not rendered and not merged.
  For each missing signature somebody who may give it is asked for a review.
`,
      err: '',
    })
  })

  it('says it in Markdown that shows names as they are, and in JSON', async () => {
    write('p.yml', "version: 1\nenvironments: { staging: { targets: ['deploy/*'], checks: ['ci_*'] } }\n")
    const { code, out } = await run(['policy', 'explain', 'p.yml', '--format', 'markdown'])
    expect([code, out.split('\n').slice(0, 5)]).toEqual([
      0,
      [
        '### staging',
        '',
        '- Its targets are deploy/\\*.',
        '- No change needs an approval.',
        '- These checks must be green: ci\\_\\*.',
      ],
    ])
    const json = await run(['policy', 'explain', 'p.yml', '--format', 'json'])
    expect(JSON.parse(json.out)).toMatchObject({
      version: 1,
      sections: [{ heading: 'staging' }, { heading: 'Everywhere' }],
    })
  })
})
