import { describe, expect, it } from 'vitest'
import { parseCustomRules } from '../../../../src/core/readiness/custom/parse-custom-rules.ts'
import { parseManifests } from '../../../../src/core/change/parse-manifests.ts'
import type { Resource } from '../../../../src/core/change/resource.ts'
import { judgeRendering } from '../../../../src/core/readiness/judge-rendering.ts'
import { bounded } from '../../../../src/pipeline/bounded.ts'
import { checklistOf } from '../judge-manifests.ts'

const rulesOff = checklistOf()
const quiet = { ...rulesOff, rules: [] }

function resourcesOf(text: string): readonly Resource[] {
  const parsed = parseManifests(text, { file: 'all.yaml', positions: true })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

/** `severity kind/name: message`, or the problems. */
function judge(policy: string, manifests: string, base?: string): readonly string[] {
  const parsed = parseCustomRules({ file: 'policy.yaml', text: policy })
  if (!parsed.ok) return parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
  const judged = judgeRendering(resourcesOf(manifests), quiet, {
    protected: true,
    kubernetes: '1.34',
    now: '2026-03-02T12:00:00Z',
    environment: 'production',
    custom: parsed.value,
    bounded,
    ...(base === undefined ? {} : { base: resourcesOf(base) }),
  })
  return [
    ...judged.findings.map(({ severity, kind, name, message }) => `${severity} ${kind}/${name}: ${message}`),
    ...judged.problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
  ]
}

const deployment = (replicas: number, more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { replicas: ${replicas}, template: { spec: { containers: [{ name: app, image: 'app:1' }] } } }
${more}`

const policy = (spec: string, rest = ''): string => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: replica-limit }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments] }]
${spec}
${rest}`
const limit = `  validations: [{ expression: 'object.spec.replicas <= 5' }]`

describe('a ValidatingAdmissionPolicy', () => {
  it('refuses what breaks it, in the words of the API server', () => {
    expect(judge(policy(limit), deployment(9))).toEqual([
      'danger Deployment/web: failed expression: object.spec.replicas <= 5',
    ])
    expect(judge(policy(limit), deployment(5))).toEqual([])
  })

  it('says its message, or what its expression makes of it', () => {
    const said = `  validations:
    - expression: object.spec.replicas <= 5
      message: too many
      messageExpression: "'%d of %d'.format([object.spec.replicas, 5])"`
    expect(judge(policy(said), deployment(9))).toEqual(['danger Deployment/web: 9 of 5'])
    const broken = said.replace('object.spec.replicas, 5', 'object.spec.nope, 5')
    expect(judge(policy(broken), deployment(9))).toEqual(['danger Deployment/web: too many'])
  })

  it('works variables out when they are asked for, and one from another', () => {
    const spec = `  variables:
    - { name: images, expression: 'object.spec.template.spec.containers.map(c, c.image)' }
    - { name: latest, expression: "variables.images.filter(i, i.endsWith(':latest'))" }
    - { name: never, expression: object.nope.nope }
  validations: [{ expression: 'variables.latest.size() == 0', messageExpression: "'latest: ' + variables.latest.join(', ')" }]`
    expect(judge(policy(spec), deployment(1))).toEqual([])
    expect(judge(policy(spec), deployment(1).replace('app:1', 'app:latest'))).toEqual([
      'danger Deployment/web: latest: app:latest',
    ])
  })

  it('passes over what its conditions exclude, whichever of them cannot be evaluated', () => {
    const spec = (second: string): string => `  matchConditions:
    - { name: broken, expression: object.metadata.nope == 'x' }
    - { name: not-web, expression: ${second} }
${limit}`
    expect(judge(policy(spec("object.metadata.name != 'web'")), deployment(9))).toEqual([])
    expect(judge(policy(spec("object.metadata.name == 'web'")), deployment(9))).toEqual([
      '8:35 replica-limit: No such key: nope',
    ])
  })

  it('fails closed where it cannot be evaluated, unless it says Ignore', () => {
    const spec = `  validations: [{ expression: object.spec.nope == 1 }]`
    expect(judge(policy(spec), deployment(1))).toEqual(['7:31 replica-limit: No such key: nope'])
    expect(judge(policy(`${spec}\n  failurePolicy: Ignore`), deployment(1))).toEqual([])
  })

  it.each<[string, string, string, boolean]>([
    ['another group', '[{ apiGroups: [batch], apiVersions: [v1], resources: [deployments] }]', '', false],
    ['everything', "[{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }]", '', true],
    [
      'another version is converted',
      '[{ apiGroups: [apps], apiVersions: [v1beta1], resources: [deployments] }]',
      '',
      true,
    ],
    [
      'unless it has to be exact',
      '[{ apiGroups: [apps], apiVersions: [v1beta1], resources: [deployments] }]',
      'matchPolicy: Exact',
      false,
    ],
    [
      'only deletions',
      '[{ apiGroups: [apps], apiVersions: [v1], operations: [DELETE], resources: [deployments] }]',
      '',
      false,
    ],
    [
      'only changes of what is there',
      '[{ apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments] }]',
      '',
      false,
    ],
    [
      'things of the cluster',
      "[{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], scope: Cluster }]",
      '',
      false,
    ],
    [
      'by name',
      '[{ apiGroups: [apps], apiVersions: [v1], resources: [deployments], resourceNames: [api] }]',
      '',
      false,
    ],
    [
      'by label',
      "[{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }]",
      'objectSelector: { matchLabels: { app: api } }',
      false,
    ],
    [
      'by namespace',
      "[{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }]",
      'namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }',
      true,
    ],
    [
      'by another namespace',
      "[{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }]",
      'namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [shop] }] }',
      false,
    ],
    [
      'but for some',
      "[{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }]",
      'excludeResourceRules: [{ apiGroups: [apps], apiVersions: [v1], resources: [deployments] }]',
      false,
    ],
  ])('is about %s', (_, rules, more, isConcerned) => {
    const text = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: p }
spec:
  matchConstraints:
    resourceRules: ${rules}
    ${more}
  validations: [{ expression: 'false', message: refused }]
`
    expect(judge(text, deployment(1))).toEqual(isConcerned ? ['danger Deployment/web: refused'] : [])
  })

  it('knows the labels of a namespace that is rendered', () => {
    const spec = `    namespaceSelector: { matchLabels: { tier: gold } }\n${limit}`
    const namespace =
      '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { tier: gold } }\n'
    expect(judge(policy(spec), deployment(9))).toEqual([])
    expect(judge(policy(spec), deployment(9, namespace))).toHaveLength(1)
    const asked = `  validations: [{ expression: "namespaceObject.metadata.labels['tier'] == 'iron'", message: gold }]`
    expect(judge(policy(asked), deployment(1, namespace))).toEqual(['danger Deployment/web: gold'])
  })

  it('sees what was there before', () => {
    const spec = `  validations: [{ expression: 'oldObject == null || object.spec.replicas >= oldObject.spec.replicas', message: fewer }]`
    expect(judge(policy(spec), deployment(2))).toEqual([])
    expect(judge(policy(spec), deployment(2), deployment(3))).toEqual(['danger Deployment/web: fewer'])
  })

  it('does what its bindings say', () => {
    const binding = (spec: string): string => `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: b }
spec: { policyName: replica-limit, ${spec} }
`
    expect(judge(policy(limit, binding('validationActions: [Warn, Audit]')), deployment(9))).toEqual([
      'warning Deployment/web: failed expression: object.spec.replicas <= 5',
    ])
    const elsewhere =
      'validationActions: [Deny], matchResources: { objectSelector: { matchLabels: { app: api } } }'
    expect(judge(policy(limit, binding(elsewhere)), deployment(9))).toEqual([])
  })

  describe('with parameters', () => {
    const spec = `  paramKind: { apiVersion: rules.example.com/v1, kind: ReplicaLimit }
  validations: [{ expression: 'object.spec.replicas <= params.maxReplicas' }]`
    const binding = `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: b }
spec: { policyName: replica-limit, validationActions: [Deny], paramRef: { name: small, parameterNotFoundAction: Deny } }
`
    const params =
      '---\napiVersion: rules.example.com/v1\nkind: ReplicaLimit\nmetadata: { name: small }\nmaxReplicas: 3\n'
    it('takes them from the file', () => {
      expect(judge(policy(spec, binding + params), deployment(3))).toEqual([])
      expect(judge(policy(spec, binding + params), deployment(4))).toEqual([
        'danger Deployment/web: failed expression: object.spec.replicas <= params.maxReplicas',
      ])
    })
    it('refuses everything where they are not there, unless the binding says Allow', () => {
      expect(judge(policy(spec, binding), deployment(1))).toEqual([
        'danger Deployment/web: the parameters of this policy are not there: the API server refuses it',
      ])
      expect(judge(policy(spec, binding.replace('Action: Deny', 'Action: Allow')), deployment(9))).toEqual([])
    })
    it('is a problem where nothing says which', () => {
      expect(judge(policy(spec), deployment(1))).toEqual([
        '7:14 replica-limit: it takes parameters, and no binding in this file says which; add the binding and its object here',
      ])
    })
  })

  it('names the line of an expression that cannot be read', () => {
    expect(
      judge(policy(`  validations:\n    - expression: |\n        true &&\n        object.spec.\n`), '')[0],
    ).toMatch(/^\d+:\d+ replica-limit: /)
  })
})

describe('a rule in CEL', () => {
  const rule = (expression: string, more = ''): string =>
    `rules:\n  - { id: own, expression: ${JSON.stringify(expression)}, message: refused, severity: advice ${more} }\n`
  it('sees the object, the others and the environment', () => {
    expect(
      judge(rule("object.kind != 'Deployment' || objects.exists(o, o.kind == 'Service')"), deployment(1)),
    ).toEqual(['advice Deployment/web: refused'])
    expect(judge(rule("environment != 'production'"), deployment(1))).toEqual([
      'advice Deployment/web: refused',
    ])
    expect(judge(rule('false', ', match: { kinds: [Service] }'), deployment(1))).toEqual([])
  })
  it('is stopped when it takes too long, and nothing passes', () => {
    const list = `[${Array.from({ length: 300 }, (_, index) => index).join(',')}]`
    const slow = `${list}.all(a, ${list}.all(b, ${list}.all(c, ${list}.all(d, a + b + c + d >= 0))))`
    const started = Date.now()
    expect(judge(rule(slow), deployment(1))).toEqual([
      '2:28 own: takes too long to evaluate and was stopped; make it look at less',
    ])
    expect(Date.now() - started).toBeLessThan(3_000)
  })
})
