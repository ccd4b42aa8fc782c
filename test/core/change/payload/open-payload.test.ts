import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../../../src/core/change/change.ts'
import { compareRenderings } from '../../../../src/core/change/compare-renderings.ts'
import { fingerprint } from '../../../../src/core/change/mask.ts'
import type { Resource } from '../../../../src/core/change/resource.ts'

function configMap(data: Readonly<Record<string, string>>): Resource {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data }
  return { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', object }
}

function compare(name: string, before: string, after: string): Change {
  return compareRenderings([configMap({ [name]: before })], [configMap({ [name]: after })], {
    fingerprintKey: 'test',
  })
}

function told(name: string, before: string, after: string): readonly string[] {
  return compare(name, before, after).resources.flatMap(({ changes }) =>
    changes.map((each) => `${each.path} ${JSON.stringify(each.before)} → ${JSON.stringify(each.after)}`),
  )
}

describe('openPayload: what is shown', () => {
  const cases: readonly (readonly [string, string, string, string, readonly string[]])[] = [
    [
      'YAML by name',
      'app.yaml',
      'server: {port: 80, host: a}\n',
      'server:\n  host: a\n  port: 81\n',
      ['/data/app.yaml/server/port 80 → 81'],
    ],
    ['JSON', 'app.json', '{"a": [1, 2]}', '{"a": [1, 3]}', ['/data/app.json/a/1 2 → 3']],
    [
      'properties',
      'app.properties',
      'a.b=1\n# x\nc = 2\n',
      'a.b=1\n# x\nc = 3\n',
      ['/data/app.properties/c "2" → "3"'],
    ],
    ['YAML without extension', 'config', 'a: 1\nb: 2\n', 'a: 1\nb: 3\n', ['/data/config/b 2 → 3']],
    ['several documents', 'a.yaml', 'a: 1\n---\nb: 1\n', 'a: 1\n---\nb: 2\n', ['/data/a.yaml/1/b 1 → 2']],
    [
      'items by name, and their order, which may mean something',
      'a.yaml',
      'jobs: [{name: x, n: 1}, {name: y}]\n',
      'jobs: [{name: y}, {name: x, n: 2}]\n',
      ['/data/a.yaml/jobs/[name=x]/n 1 → 2', '/data/a.yaml/jobs ["name=x","name=y"] → ["name=y","name=x"]'],
    ],
    [
      'quantities as they are written',
      'a.yaml',
      'resources: {limits: {cpu: 1000m}}\nx: 1\n',
      'resources: {limits: {cpu: 1}}\nx: 2\n',
      ['/data/a.yaml/resources/limits/cpu "1000m" → 1', '/data/a.yaml/x 1 → 2'],
    ],
    ['"80" and 80 as two things', 'a.yaml', 'a: "80"\n', 'a: 80\n', ['/data/a.yaml/a "\\"80\\"" → 80']],
    ['yes and true as two things', 'a.yaml', 'a: yes\n', 'a: true\n', ['/data/a.yaml/a "yes" → true']],
    ['a value that becomes null', 'a.yaml', 'a: 1\nb: 1\n', 'a: null\nb: 1\n', ['/data/a.yaml/a 1 → "null"']],
    ['a key that gets no value', 'a.yaml', 'b: 1\n', 'a:\nb: 1\n', ['/data/a.yaml/a undefined → ""']],
    ['a shell script as a text', 'run.sh', 'A=1\n', 'A=2\n', ['/data/run.sh "A=1\\n" → "A=2\\n"']],
    [
      'a comment as a text',
      'a.yaml',
      'a: 1 # x\n',
      'a: 2 # y\n',
      ['/data/a.yaml "a: 1 # x\\n" → "a: 2 # y\\n"'],
    ],
    [
      'layout alone as a text',
      'a.json',
      '{"a":1}',
      '{"a": 1}',
      ['/data/a.json "{\\"a\\":1}" → "{\\"a\\": 1}"'],
    ],
    [
      'repeated keys as a text',
      'a.json',
      '{"a":1,"a":2}',
      '{"a":3,"a":2}',
      ['/data/a.json "{\\"a\\":1,\\"a\\":2}" → "{\\"a\\":3,\\"a\\":2}"'],
    ],
    [
      'anchors as a text',
      'a.yaml',
      'a: &x 1\nb: *x\n',
      'a: &x 2\nb: *x\n',
      ['/data/a.yaml "a: &x 1\\nb: *x\\n" → "a: &x 2\\nb: *x\\n"'],
    ],
    [
      'a template as a text',
      'a.yaml',
      'a: {{ x }}\n',
      'a: {{ y }}\n',
      ['/data/a.yaml "a: {{ x }}\\n" → "a: {{ y }}\\n"'],
    ],
    [
      'properties in another order as a text',
      'a.env',
      'A=1\nB=2\n',
      'B=3\nA=1\n',
      ['/data/a.env "A=1\\nB=2\\n" → "B=3\\nA=1\\n"'],
    ],
  ]
  it.each(cases)('%s', (_, name, before, after, expected) => {
    expect(told(name, before, after)).toEqual(expected)
  })

  it('opens the values of an Application as well', () => {
    const application = (values: string): Resource => {
      const object = {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'a' },
        spec: { source: { helm: { values } } },
      }
      return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', name: 'a', object }
    }
    const change = compareRenderings([application('a: {b: 1}')], [application('a: {b: 2}')], {
      fingerprintKey: 'test',
    })
    expect(change.resources[0]?.changes).toEqual([
      { path: '/spec/source/helm/values/a/b', before: 1, after: 2 },
    ])
  })
})

describe('openPayload: secrets and digest', () => {
  it('masks credentials by their names within the text', () => {
    const change = compare('a.yaml', 'db: {password: one}\n', 'db: {password: two}\n')
    expect(change.resources[0]?.changes).toEqual([
      {
        path: '/data/a.yaml/db/password',
        before: fingerprint('one', 'test'),
        after: fingerprint('two', 'test'),
      },
    ])
    expect(change.classes).toEqual(['config', 'secret'])
    expect(told('a.properties', 'db.password=one\nx=1\n', 'db.password=two\nx=1\n').join()).not.toMatch(
      /one|two/,
    )
    const env = (value: string): string => `env: [{name: DB_PASSWORD, value: ${value}}]\n`
    expect(told('a.yaml', env('one'), env('two')).join()).not.toMatch(/one|two/)
  })

  it('does not take a credential for changed that stands beside a changed setting', () => {
    const change = compare('a.yaml', 'port: 1\npassword: same\n', 'port: 2\npassword: same\n')
    expect(change.classes).toEqual(['config'])
    expect(change.resources[0]?.changes).toEqual([{ path: '/data/a.yaml/port', before: 1, after: 2 }])
  })

  it('has a digest of the whole text, whatever of it is shown', () => {
    const digest = (after: string): string => compare('a.yaml', 'a: 1\nb: 2\n', after).digest
    expect(digest('a: 2\nb: 2\n')).not.toBe(digest('b: 2\na: 2\n'))
    expect(digest('a: 2\nb: 2\n')).toBe(digest('a: 2\nb: 2\n'))
  })

  it('shows something for every change of a text', () => {
    const json = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(json, json, fc.constantFrom('a.yaml', 'a.json', 'a.properties', 'a'), (a, b, name) => {
        const [before, after] = [JSON.stringify(a), JSON.stringify(b)]
        const { resources } = compare(name, before, after)
        expect(resources.flatMap(({ changes }) => changes).length > 0).toBe(before !== after)
      }),
      { numRuns: 500 },
    )
  })

  it('is not slow on a hostile text', () => {
    const texts = ['['.repeat(50_000), 'a: {'.repeat(20_000), '- '.repeat(50_000), '#\n'.repeat(50_000)]
    for (const text of texts) {
      const started = performance.now()
      compare('a.yaml', text, `${text} `)
      expect(performance.now() - started).toBeLessThan(10_000)
    }
  })
})
