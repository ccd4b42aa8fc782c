import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change, FieldChange } from '../../../src/core/change/change.ts'
import { compareRenderings } from '../../../src/core/change/compare-renderings.ts'
import { fingerprint } from '../../../src/core/change/mask.ts'
import { parseManifests } from '../../../src/core/change/parse-manifests.ts'
import type { Resource } from '../../../src/core/change/resource.ts'

const options = { fingerprintKey: 'test' }

function read(text: string): readonly Resource[] {
  const parsed = parseManifests(text, { file: 'test.yaml' })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

function compare(before: string, after: string): Change {
  return compareRenderings(read(before), read(after), options)
}

/** A Deployment with the given pod spec fields, as YAML flow. */
function deployment(spec: string, name = 'web'): string {
  return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}}, spec: {selector: {matchLabels: {app: web}}, template: {spec: ${spec}}}}`
}

const pod = '/spec/template/spec'

describe('compareRenderings: fields', () => {
  const cases: readonly (readonly [string, string, string, readonly FieldChange[]])[] = [
    [
      'an image',
      '{containers: [{name: a, image: "x:1"}]}',
      '{containers: [{name: a, image: "x:2"}]}',
      [{ path: `${pod}/containers/[name=a]/image`, before: 'x:1', after: 'x:2' }],
    ],
    [
      'order of containers is no change',
      '{containers: [{name: a}, {name: b}]}',
      '{containers: [{name: b}, {name: a}]}',
      [],
    ],
    [
      'order of init containers is',
      '{containers: [], initContainers: [{name: a}, {name: b}]}',
      '{containers: [], initContainers: [{name: b}, {name: a}]}',
      [{ path: `${pod}/initContainers`, before: ['name=a', 'name=b'], after: ['name=b', 'name=a'] }],
    ],
    [
      'order of args is',
      '{containers: [{name: a, args: [x, y]}]}',
      '{containers: [{name: a, args: [y, x]}]}',
      [
        { path: `${pod}/containers/[name=a]/args/0`, before: 'x' },
        { path: `${pod}/containers/[name=a]/args/1`, after: 'x' },
      ],
    ],
    [
      'one added argument is one change',
      '{containers: [{name: a, args: [x, y, z]}]}',
      '{containers: [{name: a, args: [x, new, y, z]}]}',
      [{ path: `${pod}/containers/[name=a]/args/1`, after: 'new' }],
    ],
    [
      'quantities compare by meaning',
      '{containers: [{name: a, resources: {limits: {cpu: 1000m, memory: 1Gi}}}]}',
      '{containers: [{name: a, resources: {limits: {cpu: 1, memory: 1024Mi}}}]}',
      [],
    ],
    [
      'but a text and a number are two things elsewhere',
      '{containers: [{name: a, env: [{name: P, value: "80"}]}]}',
      '{containers: [{name: a, env: [{name: P, value: 80}]}]}',
      [{ path: `${pod}/containers/[name=a]/env/[name=P]/value`, before: '80', after: 80 }],
    ],
    [
      'port 53 TCP and UDP',
      '{containers: [{name: a, ports: [{containerPort: 53, protocol: TCP}, {containerPort: 53, protocol: UDP}]}]}',
      '{containers: [{name: a, ports: [{containerPort: 53, protocol: UDP, hostPort: 1}, {containerPort: 53, protocol: TCP}]}]}',
      [{ path: `${pod}/containers/[name=a]/ports/[containerPort=53,protocol=UDP]/hostPort`, after: 1 }],
    ],
    [
      'a truly duplicate key hides nothing',
      '{containers: [{name: a, env: [{name: X, value: "1"}, {name: X, value: "2"}]}]}',
      '{containers: [{name: a, env: [{name: X, value: "1"}, {name: X, value: "3"}]}]}',
      [{ path: `${pod}/containers/[name=a]/env/1/value`, before: '2', after: '3' }],
    ],
    ['null and absent are the same', '{containers: [], nodeName: null}', '{containers: []}', []],
    [
      'slashes and tildes are escaped',
      '{containers: [], nodeSelector: {a/b~c: "1"}}',
      '{containers: [], nodeSelector: {a/b~c: "2"}}',
      [{ path: `${pod}/nodeSelector/a~1b~0c`, before: '1', after: '2' }],
    ],
  ]
  it.each(cases)('%s', (_, before, after, changes) => {
    const change = compare(deployment(before), deployment(after))
    expect(change.resources.flatMap((resource) => resource.changes)).toEqual(changes)
  })
})

describe('compareRenderings: resources', () => {
  const configMap = (name: string, data: string): string =>
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}, data: {a: ${data}}}`

  it('sees nothing in document order, comments and spelling', () => {
    const change = compare(
      `# a\n${configMap('a', 'x')}\n---\n${configMap('b', 'y')}`,
      `${configMap('b', '"y"')}\n---\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: x # c\n`,
    )
    expect(change).toEqual({ digest: compare('', '').digest, classes: [], resources: [] })
  })

  it('takes a generated name with a new hash for one changed resource', () => {
    const [resource, ...more] = compare(
      configMap('app-2456789bcd', 'x'),
      configMap('app-2456789bcf', 'y'),
    ).resources
    expect(more).toEqual([])
    expect(resource).toEqual({
      action: 'changed',
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'app-2456789bcf',
      previousName: 'app-2456789bcd',
      classes: ['config'],
      risks: [],
      changes: [
        { path: '/metadata/name', before: 'app-2456789bcd', after: 'app-2456789bcf' },
        { path: '/data/a', before: 'x', after: 'y' },
      ],
    })
  })

  it('shows a rename as what it is: a deletion as well', () => {
    const spec = '{containers: [{name: a, image: "x:1", args: [a, b], env: [{name: A, value: b}]}]}'
    const [resource, ...more] = compare(deployment(spec, 'web'), deployment(spec, 'shop')).resources
    expect(more).toEqual([])
    expect([resource?.action, resource?.previousName, resource?.classes]).toEqual([
      'changed',
      'web',
      ['config', 'delete'],
    ])
    expect(resource?.risks.map(({ message }) => message)).toEqual([
      'is renamed from web: the old Deployment is deleted and a new one created',
    ])
  })

  it('shows another version of a group as a change, another group as a removal and an addition, and says so', () => {
    const inVersion = (apiVersion: string): string => configMap('a', 'x').replace('v1', apiVersion)
    const told = (before: string, after: string): unknown =>
      compare(inVersion(before), inVersion(after)).resources.map(({ action, apiVersion, classes, risks }) => [
        action,
        apiVersion,
        classes,
        risks[0]?.message,
      ])
    expect(told('x.dev/v1beta1', 'x.dev/v1')).toEqual([
      [
        'changed',
        'x.dev/v1',
        ['config'],
        'is written in x.dev/v1, before in x.dev/v1beta1: the same object, if its fields mean the same',
      ],
    ])
    const moved = 'moves from x.dev/v1 to y.dev/v1: to a deployer the old object goes and a new one comes'
    expect(told('x.dev/v1', 'y.dev/v1')).toEqual([
      ['removed', 'x.dev/v1', ['delete'], moved],
      ['added', 'y.dev/v1', ['config'], moved],
    ])
  })

  it('expands lists and keeps an absent namespace absent', () => {
    const change = compare(
      '',
      `{apiVersion: v1, kind: List, items: [${configMap('a', 'x')}, ${configMap('b', 'x')}]}`,
    )
    expect(change.resources.map(({ name, namespace }) => [name, namespace])).toEqual([
      ['a', undefined],
      ['b', undefined],
    ])
  })

  it('counts two resources of one identity as two', () => {
    const change = compare(configMap('a', 'x'), `${configMap('a', 'x')}\n---\n${configMap('a', 'y')}`)
    expect(change.resources.map(({ action }) => action)).toEqual(['added'])
  })
})

describe('compareRenderings: classes', () => {
  const kinds: readonly (readonly [string, string])[] = [
    ['{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: eA==}}', 'secret'],
    ['{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a}, rules: []}', 'rbac'],
    ['{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}', 'rbac'],
    ['{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}, spec: {}}', 'network'],
    ['{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {}}', 'network'],
    ['{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: a}}', 'network'],
    ['{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: a}}', 'crd'],
    ['{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {}}', 'storage'],
    ['{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {}}', 'scale'],
    ['{apiVersion: v1, kind: Namespace, metadata: {name: a}}', 'config'],
    ['{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: a}}', 'secret'],
  ]
  it.each(kinds)('%s is %s, and delete when removed', (text, expected) => {
    expect(compare('', text).classes).toEqual([expected])
    expect(compare(text, '').classes).toContain('delete')
  })

  it('takes the class of each field of a workload', () => {
    const base =
      '{replicas: 1, template: {spec: {serviceAccountName: a, containers: [{name: a, image: "x:1", env: [{name: A, value: b}]}]}}}'
    const workload = (spec: string): string =>
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: ${spec}}`
    const classesOf = (from: string, to: string): unknown =>
      compare(workload(base), workload(base.replace(from, to))).classes
    expect([
      classesOf('x:1', 'x:2'),
      classesOf('replicas: 1', 'replicas: 2'),
      classesOf('value: b', 'value: c'),
      classesOf('serviceAccountName: a', 'serviceAccountName: b'),
      classesOf('name: A, value: b', 'name: A_TOKEN, value: b'),
    ]).toEqual([['image'], ['scale'], ['config'], ['rbac'], ['config', 'secret']])
  })
})

describe('compareRenderings: secrets', () => {
  const secret = (value: string): string =>
    `{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {key: ${value}}}`

  it('shows that a value changed, and not the value', () => {
    const change = compare(secret('hunter1'), secret('hunter2'))
    expect(change.resources[0]?.changes).toEqual([
      {
        path: '/stringData/key',
        before: fingerprint('hunter1', 'test'),
        after: fingerprint('hunter2', 'test'),
      },
    ])
    expect(fingerprint('hunter1', 'test')).toMatch(/^•••• #[0-9a-f]{6}$/)
  })

  it('has another digest for another secret, that cannot be guessed without the key', () => {
    const digestWith = (key: string, value: string): string =>
      compareRenderings(read(secret('a')), read(secret(value)), { fingerprintKey: key }).digest
    expect(digestWith('k', 'b')).toBe(digestWith('k', 'b'))
    expect(digestWith('k', 'b')).not.toBe(digestWith('k', 'c'))
    expect(digestWith('k', 'b')).not.toBe(digestWith('l', 'b'))
  })

  it('has a digest that follows the values and nothing else', () => {
    const a = deployment('{containers: [{name: a, image: "x:1"}, {name: b, image: "y:1"}]}')
    const b = deployment('{containers: [{name: b, image: "y:1"}, {name: a, image: "x:2"}]}')
    const c = deployment('{containers: [{name: a, image: "x:3"}, {name: b, image: "y:1"}]}')
    expect(compare(a, b).digest).toBe(compare(a, b.replace('metadata', '\n  metadata')).digest)
    expect(compare(a, b).digest).not.toBe(compare(a, c).digest)
  })

  const value = fc.string({
    minLength: 12,
    maxLength: 24,
    unit: fc.constantFrom(...'abcdefghkmnpqrstuvwxyz23456789'),
  })
  const places: readonly ((secret: string) => string)[] = [
    (s) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { k: s } }),
    (s) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: 'a',
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"k":"${s}"}}` },
        },
      }),
    (s) => deployment(`{containers: [{name: a, env: [{name: DB_PASSWORD, value: "${s}"}]}]}`),
    (s) => deployment(`{containers: [{name: a, args: ["--token=${s}", "-v"]}]}`),
    (s) => deployment(`{containers: [{name: a, args: ["--api-key", "${s}"]}]}`),
    (s) => deployment(`{containers: [{name: a, command: ["sh", "-c", "PASSWORD=${s} run"]}]}`),
    (s) => deployment(`{containers: [{name: a, env: [{name: URL, value: "postgres://me:${s}@db/x"}]}]}`),
    (s) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' },
        data: { 'app.yaml': `db:\n  password: ${s}\n  host: x\n` },
      }),
    (s) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' },
        data: { 'app.json': `{"client_secret": "${s}", "x": 1}` },
      }),
    (s) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' },
        data: { key: `-----BEGIN RSA PRIVATE KEY-----\n${s}\n-----END RSA PRIVATE KEY-----\n` },
      }),
    (s) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' },
        data: { header: `Authorization: Bearer ${s}` },
      }),
    (s) =>
      JSON.stringify({
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'a' },
        spec: { values: { adminPassword: s, nested: [{ apiToken: s }] } },
      }),
    (s) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' },
        data: { raw: Buffer.from(`password=${s}`).toString('base64') },
      }),
  ]
  it('never shows one, wherever it stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), value, value, (place, before, after) => {
        fc.pre(before !== after)
        const change = compare(place(before), place(after))
        const text = JSON.stringify(change)
        expect(change.resources).toHaveLength(1)
        for (const each of [before, after]) {
          expect(text).not.toContain(each)
          expect(text).not.toContain(Buffer.from(`password=${each}`).toString('base64'))
        }
        expect(text).toContain(fingerprintMark)
      }),
      { numRuns: 200 },
    )
  })
  const fingerprintMark = '•••• #'

  it('leaves references and ordinary settings readable', () => {
    const change = compare(
      '',
      deployment(
        '{automountServiceAccountToken: false, imagePullSecrets: [{name: pull}], volumes: [{name: v, secret: {secretName: tls}}], containers: [{name: a, args: ["--token-file=/var/t", "--port=80"], env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}, {name: PASSWORD, value: "$(OTHER)"}]}]}',
      ),
    )
    expect(JSON.stringify(change)).not.toContain('••••')
  })
})

describe('compareRenderings: nothing is missed', () => {
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.integer(),
      fc.boolean(),
      fc.string({ maxLength: 6 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'name', 'env', 'x'), tie('value'), { maxKeys: 3 }),
    ),
  })).value
  const resource = (spec: unknown): Resource => ({
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    name: 'a',
    object: JSON.parse(JSON.stringify({ spec })) as Resource['object'],
  })

  it('finds a difference exactly where the content differs', () => {
    fc.assert(
      fc.property(json, json, (before, after) => {
        const change = compareRenderings([resource(before)], [resource(after)], options)
        const differs = JSON.stringify(sorted(before)) !== JSON.stringify(sorted(after))
        expect(change.resources.length > 0).toBe(differs)
        expect(compareRenderings([resource(after)], [resource(after)], options).resources).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  function sorted(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(sorted)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    )
  }
})

it('compares 10,000 resources in under a second', () => {
  const many = (image: string): readonly Resource[] =>
    Array.from({ length: 10_000 }, (_, index): Resource => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: `d${index}`,
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: `d${index}` },
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'a', image: index % 10 === 0 ? image : 'x:1', env: [{ name: 'A', value: 'b' }] },
              ],
            },
          },
        },
      },
    }))
  const [before, after] = [many('x:1'), many('x:2')]
  expect(compareRenderings(before, after, options).resources).toHaveLength(1000)
})
