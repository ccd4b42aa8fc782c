import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../../src/core/policy/parse.ts'
import { describeProblem } from '../../../src/core/problem.ts'
import { presets } from '../../support/preset.ts'

function problemsOf(text: string, org?: string): string[] {
  const parsed = parsePolicy({
    file: 'p.yml',
    text,
    extends: (name) => (name === 'org' && org !== undefined ? { file: 'org.yml', text: org } : presets(name)),
  })
  return parsed.ok ? [] : parsed.problems.map(describeProblem)
}

const start = 'version: 1\nenvironments:\n  production:\n    targets: [a]\n'

describe('core/policy/parse', () => {
  it('reports every problem at once, in the order of the file, with what would be valid', () => {
    const text = `version: 1
extends: [standrd]
environments:
  production:
    targets: [deploy]
    aprovals: []
    approvals:
      - name: release
        count: two
        from: [teams:acme/x]
      - { name: release, count: 11, from: [user:a], chnges: [image] }
      - { name: last, changes: [imge], from: [] }
    self-approval: nver
    windows: [{ allow: Mon-Foo, timezone: Mars }]
    merge:
`
    expect(problemsOf(text)).toEqual([
      'p.yml:2:11  extends[0]: there is no preset "standrd"; did you mean standard?',
      'p.yml:6:5  environments.production.aprovals: unknown key; did you mean approvals?',
      'p.yml:9:16  environments.production.approvals[0].count: "two" is not a whole number; write a number from 0 to 10',
      'p.yml:10:16  environments.production.approvals[0].from[0]: "teams:acme/x" is not valid; write team:<organisation>/<team>, group:<name>, user:<login> or permission:<read|triage|write|maintain|admin>',
      'p.yml:11:17  environments.production.approvals[1].name: a second rule is called release; write another name',
      'p.yml:11:33  environments.production.approvals[1].count: 11 is too large; write a number from 0 to 10',
      'p.yml:11:53  environments.production.approvals[1].chnges: unknown key; did you mean changes?',
      'p.yml:12:33  environments.production.approvals[2].changes[0]: "imge" is not known here; did you mean image?',
      'p.yml:12:46  environments.production.approvals[2].from: from names nobody, so nobody could ever approve; write a list such as [team:acme/release, user:carol]',
      'p.yml:13:20  environments.production.self-approval: "nver" is not known here; did you mean never?',
      'p.yml:14:24  environments.production.windows[0].allow: "Mon-Foo" is not a day; write Mon, Tue, Wed, Thu, Fri, Sat or Sun, or a range such as Mon-Fri',
      'p.yml:14:43  environments.production.windows[0].timezone: "Mars" is not a time zone; write an IANA name such as Europe/Berlin, or UTC',
      'p.yml:15:11  environments.production.merge: this is empty; write a map',
    ])
  })

  it.each([
    ['nothing', '', ['p.yml:1:1  this is empty; write a map']],
    ['a list', '[1]', ['p.yml:1:1  a list is not a map; write a map']],
    ['another version', `${start.replace('1', '2')}`, ['p.yml:1:10  version: 2 is not known here; write 1']],
    ['no version', start.slice(11), ['p.yml:1:1  version is missing; write version: 1']],
    [
      'no environment',
      'version: 1\n',
      ['p.yml:1:1  there is no environment; name at least one under environments'],
    ],
    ['a key twice', `${start}    targets: [b]\n`, ['p.yml:5:5  this key is there twice; keep one of them']],
    [
      'two documents',
      `${start}---\nversion: 1\n`,
      ['p.yml:5:1  a second document starts here; write one document to a file'],
    ],
    ['no text', 'version: \u0000', ['p.yml:1:1  the file is not text in UTF-8; save it as UTF-8']],
    [
      'an alias bomb',
      `a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n`,
      ['p.yml:1:1  the file uses more aliases than can be read (at most 100); write the values out'],
    ],
    [
      'no targets',
      'version: 1\nenvironments:\n  staging: {}\n',
      [
        'p.yml:3:12  environments.staging: it has no targets; write targets, or discover: true to take them from Argo CD and Flux',
      ],
    ],
    [
      'a target outside the repository',
      'version: 1\nenvironments:\n  staging: { targets: [../x, /x] }\n',
      [
        'p.yml:3:24  environments.staging.targets[0]: "../x" is not valid; write a directory, or a pattern of directories, relative to the repository',
        'p.yml:3:30  environments.staging.targets[1]: "/x" is not valid; write a directory, or a pattern of directories, relative to the repository',
      ],
    ],
    [
      'an unknown group',
      `groups: { sre: [a] }\n${start}    approvals: [{ name: x, from: [group:srr] }]\n`,
      ['p.yml:6:35  environments.production.approvals[0].from[0]: there is no group srr; did you mean sre?'],
    ],
    [
      'a promotion from nowhere, and in a circle',
      `${start}    promotion: { from: stagin }\n  staging: { targets: [b], promotion: { from: dev, soak: 5 } }\n  a: { targets: [c], promotion: { from: b } }\n  b: { targets: [d], promotion: { from: a } }\n`,
      [
        'p.yml:5:24  environments.production.promotion.from: there is no environment stagin; did you mean staging?',
        'p.yml:6:47  environments.staging.promotion.from: there is no environment dev; there is production, a and b',
        'p.yml:6:58  environments.staging.promotion.soak: 5 is not text; write a duration such as 30m, 72h or 7d',
        'p.yml:7:41  environments.a.promotion.from: a would be promoted from itself, through others; break the circle',
        'p.yml:8:41  environments.b.promotion.from: b would be promoted from itself, through others; break the circle',
      ],
    ],
    [
      'a soak without a promotion',
      `${start}    promotion: { soak: 5m }\n`,
      [
        'p.yml:5:16  environments.production.promotion: from is missing; write the name of the environment that comes before',
      ],
    ],
    [
      'a window that is both, a duration that is none',
      `${start}    windows: [{ allow: Mon, deny: Tue }, {}]\n    expires: soon\n`,
      [
        'p.yml:5:15  environments.production.windows[0]: a window is either allow or deny; write exactly one of them',
        'p.yml:5:42  environments.production.windows[1]: a window is either allow or deny; write exactly one of them',
        'p.yml:6:14  environments.production.expires: "soon" is not valid; write a duration such as 30m, 72h or 7d',
      ],
    ],
    [
      'approvals that expire at once',
      `${start}    expires: 0h\n`,
      [
        'p.yml:5:14  environments.production.expires: an approval that expires at once never counts; write a duration such as 72h',
      ],
    ],
    [
      'no organisation',
      `extends: [org]\n${start}`,
      [
        'p.yml:1:11  extends[0]: the policy of the organisation was not found (.github/countersign.yml in its .github repository; on the command line: --org FILE)',
      ],
    ],
    [
      'checks that are none',
      `${start}    checks: [1, { name: a, skiped: pass }, {}]\n`,
      [
        'p.yml:5:14  environments.production.checks[0]: 1 is not valid; write the name of a check, or { name: e2e, skipped: pass }',
        'p.yml:5:28  environments.production.checks[1].skiped: unknown key; did you mean skipped?',
        'p.yml:5:44  environments.production.checks[2]: name is missing; write the name of a check, or a pattern with *',
      ],
    ],
  ])('refuses %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems)
  })

  it('reports problems of what is extended in its own file', () => {
    expect(problemsOf(`extends: [org]\n${start}`, 'version: 1\nfroks: ignore\n')).toEqual([
      'org.yml:2:1  froks: unknown key; did you mean forks?',
    ])
    expect(problemsOf(`extends: [org]\n${start}`, 'version: 1\nextends: [org]\n')).toEqual([
      'org.yml:2:11  extends[0]: org extends itself; remove it here',
    ])
  })

  it('fills in every default', () => {
    const parsed = parsePolicy({ file: 'p.yml', text: start, extends: presets })
    expect(parsed).toEqual({
      ok: true,
      value: {
        hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
        environments: [
          {
            name: 'production',
            targets: ['a'],
            discover: false,
            protected: false,
            approvals: [],
            selfApproval: 'never',
            unattributed: 'block',
            binding: 'change',
            distinct: true,
            expiresMs: null,
            checks: [],
            kubernetes: null,
            readiness: { checklist: null, block: 'new' },
            windows: [],
            promotion: null,
            deploy: null,
            rollback: null,
            merge: { when: 'command', method: 'merge', queue: 'one-at-a-time' },
          },
        ],
        groups: {},
        policyChanges: null,
        forks: 'ignore',
        requestReviews: 'missing',
      },
    })
  })

  it('hashes what a policy says, not how it is written', () => {
    const hashOf = (text: string): string => {
      const parsed = parsePolicy({ file: 'p.yml', text, extends: presets })
      return parsed.ok ? parsed.value.hash : ''
    }
    expect(hashOf(start)).toBe(hashOf(`# a comment\n${start}    distinct: true\n    binding: change\n`))
    expect(hashOf(start)).not.toBe(hashOf(`${start}    distinct: false\n`))
    expect(hashOf(start)).not.toBe('')
  })

  it('lets the file win over the organisation, and the organisation over a preset before it', () => {
    const org = `version: 1
groups: { sre: [Alice] }
environments:
  production: { protected: true, expires: 24h, merge: { method: rebase }, targets: [org] }
  audit: { targets: [audit] }
`
    const parsed = parsePolicy({
      file: 'p.yml',
      text: `version: 1\nextends: [regulated, org]\nenvironments: { production: { targets: [own], merge: { when: ready } } }\n`,
      extends: (name) => (name === 'org' ? { file: 'org.yml', text: org } : presets(name)),
    })
    if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join('\n'))
    const [production, audit] = parsed.value.environments
    expect(production).toMatchObject({
      name: 'production',
      protected: true,
      targets: ['own'],
      expiresMs: 24 * 3_600_000,
      merge: { when: 'ready', method: 'rebase', queue: 'one-at-a-time' },
    })
    expect(production?.approvals.map(({ count }) => count)).toEqual([2])
    expect(audit?.name).toBe('audit')
    expect(parsed.value.groups).toEqual({ sre: ['alice'] })
  })

  it('takes names that objects have for names', () => {
    const text = 'version: 1\nenvironments: { constructor: { targets: [a] }, toString: { targets: [b] } }\n'
    const parsed = parsePolicy({ file: 'p.yml', text: `extends: [standard]\n${text}`, extends: presets })
    expect(parsed.ok && parsed.value.environments.map(({ name }) => name)).toEqual([
      'constructor',
      'toString',
    ])
  })

  it.each([100, 800, 1500, 3000, 8000, 60000])('survives %i levels of nesting', (depth) => {
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
    for (const text of [deep, `version: 1\nenvironments: { a: { targets: ${deep} } }\n`])
      expect(problemsOf(text).length).toBeGreaterThan(0)
  })

  it('never throws, whatever the text', () => {
    const word = fc.constantFrom(
      ...[
        'version: 1',
        'environments:',
        '  a:',
        '    approvals:',
        '      - name: x',
        'extends: [org, standard]',
        '*a',
        '&a',
      ],
      ...[
        'from: []',
        '{',
        '}',
        '[',
        ']',
        '- ',
        ': ',
        '\n',
        '  ',
        '!!binary',
        '<<: *a',
        '? ',
        '|',
        '"',
        "'",
        '#',
        '1',
        'null',
      ],
      ...['windows: [{allow: Mon}]', '__proto__: {a: 1}', 'groups: {a: [b]}', 'promotion: {from: a}'],
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
    )
    fc.assert(
      fc.property(text, (written) => {
        const parsed = parsePolicy({
          file: 'p.yml',
          text: written,
          extends: () => ({ file: 'o.yml', text: written }),
        })
        if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0)
      }),
      { numRuns: 1500 },
    )
  })
})
