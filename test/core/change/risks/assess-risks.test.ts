import { describe, expect, it } from 'vitest'
import { compareRenderings } from '../../../../src/core/change/compare-renderings.ts'
import { parseManifests } from '../../../../src/core/change/parse-manifests.ts'
import type { Resource } from '../../../../src/core/change/resource.ts'

function read(text: string): readonly Resource[] {
  const parsed = parseManifests(text, { file: 'test.yaml' })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

/** `danger selector-immutable` of every risk; with `words` the sentences too. */
function risks(before: string, after: string, words = false): readonly string[] {
  return compareRenderings(read(before), read(after), { fingerprintKey: 'test' }).resources.flatMap(
    (resource) =>
      resource.risks.map(({ severity, id, message }) => `${severity} ${id}${words ? ` ${message}` : ''}`),
  )
}

const object = (apiVersion: string, kind: string, rest: string): string =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}, ${rest}}`
const deployment = (container: string, spec = 'replicas: 2'): string =>
  object(
    'apps/v1',
    'Deployment',
    `spec: {${spec}, template: {spec: {containers: [{name: app, ${container}}]}}}`,
  )
const image = (reference: string): string => deployment(`image: "${reference}"`)
const role = (rule: string): string =>
  object('rbac.authorization.k8s.io/v1', 'ClusterRole', `rules: [${rule}]`)
const definition = (schema: string, more = ''): string =>
  object(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    `spec: {scope: Namespaced, versions: [{name: v1, served: true, schema: {openAPIV3Schema: ${schema}}}]${more}}`,
  )
const application = (spec: string): string => object('argoproj.io/v1alpha1', 'Application', `spec: {${spec}}`)
const kustomization = (spec: string): string =>
  object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', `spec: {${spec}}`)

type Row = readonly [words: string, before: string, after: string, risks: readonly string[]]

describe('assessRisks', () => {
  const rows: readonly Row[] = [
    ['an upgrade', image('x:1.2.3'), image('x:1.3.0'), ['advice image-upgrade']],
    ['a downgrade', image('x:1.10.0'), image('x:1.9.0'), ['warning image-downgrade']],
    ['another major version', image('x:1.9'), image('x:2.0'), ['warning image-major']],
    ['a release after its preview', image('x:1.0.0-rc.1'), image('x:1.0.0'), ['advice image-upgrade']],
    ['a preview after its release', image('x:1.0.0'), image('x:1.0.0-beta2'), ['warning image-downgrade']],
    ['previews in order', image('x:1.0.0-rc.9'), image('x:1.0.0-rc.10'), ['advice image-upgrade']],
    ['a variant, which is no preview', image('x:1.0.0'), image('x:1.0.0-alpine'), []],
    ['another registry', image('x:1'), image('ghcr.io/x:1'), ['warning image-registry']],
    ['another repository', image('a/x:1'), image('b/x:1'), ['warning image-repository']],
    ['a tag to a digest', image('x:1'), image('x:1@sha256:ab'), ['advice image-pinned']],
    ['a digest to a tag', image('x@sha256:ab'), image('x:1'), ['warning image-unpinned']],
    ['a port in the registry', image('r:5000/x:1'), image('r:5000/x:2'), ['warning image-major']],
    [
      'replicas to zero',
      deployment('image: x'),
      deployment('image: x', 'replicas: 0'),
      ['danger replicas-zero'],
    ],
    [
      'replicas to half',
      deployment('image: x', 'replicas: 4'),
      deployment('image: x'),
      ['warning scaled-down'],
    ],
    [
      'replicas unset',
      deployment('image: x'),
      deployment('image: x', 'paused: false'),
      ['advice replicas-unset'],
    ],
    [
      'a probe removed',
      deployment('readinessProbe: {httpGet: {port: 1}}'),
      deployment('image: x'),
      ['warning probe-removed'],
    ],
    [
      'privileged',
      deployment('image: x'),
      deployment('image: x, securityContext: {privileged: true}'),
      ['danger privileged'],
    ],
    [
      'privileged as before says nothing',
      deployment('image: "x:1", securityContext: {privileged: true}'),
      deployment('image: "x:1", tty: true, securityContext: {privileged: true}'),
      [],
    ],
    [
      'a selector',
      deployment('image: x', 'selector: {matchLabels: {a: b}}'),
      deployment('image: x', 'selector: {matchLabels: {a: c}}'),
      ['danger selector-immutable'],
    ],
    [
      'claim templates',
      object('apps/v1', 'StatefulSet', 'spec: {volumeClaimTemplates: [{metadata: {name: d}, spec: {a: 1}}]}'),
      object('apps/v1', 'StatefulSet', 'spec: {volumeClaimTemplates: [{metadata: {name: d}, spec: {a: 2}}]}'),
      ['danger volume-claim-templates-immutable'],
    ],
    [
      'clusterIP',
      object('v1', 'Service', 'spec: {clusterIP: None}'),
      object('v1', 'Service', 'spec: {clusterIP: 10.0.0.1}'),
      ['danger cluster-ip-immutable'],
    ],
    [
      'the template of a Job',
      object('batch/v1', 'Job', 'spec: {template: {spec: {restartPolicy: Never}}}'),
      object('batch/v1', 'Job', 'spec: {template: {spec: {restartPolicy: OnFailure}}}'),
      ['danger job-template-immutable'],
    ],
    [
      'the storage class of a claim',
      object('v1', 'PersistentVolumeClaim', 'spec: {storageClassName: a}'),
      object('v1', 'PersistentVolumeClaim', 'spec: {storageClassName: b}'),
      ['danger claim-immutable'],
    ],
    [
      'a claim that shrinks, by meaning',
      object('v1', 'PersistentVolumeClaim', 'spec: {resources: {requests: {storage: 1Gi}}}'),
      object('v1', 'PersistentVolumeClaim', 'spec: {resources: {requests: {storage: 1000M}}}'),
      ['danger claim-shrunk'],
    ],
    ['a claim removed', object('v1', 'PersistentVolumeClaim', 'spec: {}'), '', ['danger claim-removed']],
    ['a namespace removed', object('v1', 'Namespace', 'spec: {}'), '', ['danger namespace-removed']],
    ['a definition removed', definition('{}'), '', ['danger crd-removed']],
    [
      'a claim removed that its deployer leaves',
      `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a, annotations: {helm.sh/resource-policy: keep}}}`,
      '',
      ['danger claim-removed', 'advice stays'],
    ],
    [
      'a network policy removed',
      object('networking.k8s.io/v1', 'NetworkPolicy', 'spec: {}'),
      '',
      ['warning protection-removed'],
    ],
    [
      'reclaim policy',
      object('v1', 'PersistentVolume', 'spec: {persistentVolumeReclaimPolicy: Retain}'),
      object('v1', 'PersistentVolume', 'spec: {persistentVolumeReclaimPolicy: Delete}'),
      ['danger reclaim-delete'],
    ],
    [
      'a version of a definition no longer served',
      definition('{}'),
      definition('{}').replace('served: true', 'served: false'),
      ['danger crd-version-removed'],
    ],
    [
      'a definition of another scope',
      definition('{}'),
      definition('{}').replace('Namespaced', 'Cluster'),
      ['danger crd-immutable'],
    ],
    ...(
      [
        ['a field gone', '{properties: {a: {type: string}}}', '{properties: {}}'],
        ['a field required', '{properties: {a: {}}}', '{properties: {a: {}}, required: [a]}'],
        ['another type', '{properties: {a: {type: string}}}', '{properties: {a: {type: integer}}}'],
        ['a first enum', '{properties: {a: {type: string}}}', '{properties: {a: {type: string, enum: [x]}}}'],
        ['a pattern', '{properties: {a: {type: string}}}', '{properties: {a: {type: string, pattern: x}}}'],
        ['a lower maximum', '{properties: {a: {maximum: 5}}}', '{properties: {a: {maximum: 4}}}'],
        [
          'a validation',
          '{properties: {a: {}}}',
          '{properties: {a: {x-kubernetes-validations: [{rule: x}]}}}',
        ],
        [
          'within items',
          '{properties: {a: {items: {minLength: 1}}}}',
          '{properties: {a: {items: {minLength: 2}}}}',
        ],
        [
          'within a map',
          '{properties: {a: {additionalProperties: {type: string}}}}',
          '{properties: {a: {additionalProperties: {type: integer}}}}',
        ],
      ] as const
    ).map(([words, from, to]): Row => [words, definition(from), definition(to), ['warning crd-narrowed']]),
    [
      'a wider schema says nothing',
      definition('{properties: {a: {maximum: 5, pattern: x}}}'),
      definition('{properties: {a: {maximum: 6}, b: {}}}'),
      [],
    ],
    [
      'rights',
      role('{apiGroups: [""], resources: [pods], verbs: [get]}'),
      role('{apiGroups: [""], resources: [pods], verbs: [get, list]}'),
      ['warning rbac-widened'],
    ],
    [
      'rights on secrets',
      role('{apiGroups: [""], resources: [pods], verbs: [get]}'),
      role('{apiGroups: [""], resources: [pods, secrets], verbs: [get]}'),
      ['danger rbac-widened'],
    ],
    [
      'the same rights in other rules say nothing',
      role('{apiGroups: [""], resources: [pods, nodes], verbs: [get]}'),
      role(
        '{apiGroups: [""], resources: [nodes], verbs: [get]}, {apiGroups: [""], resources: [pods], verbs: [get]}',
      ),
      [],
    ],
    [
      'fewer rights than a star say nothing',
      role('{apiGroups: [apps], resources: ["*"], verbs: ["*"]}'),
      role('{apiGroups: [apps], resources: [deployments], verbs: [get]}'),
      [],
    ],
    [
      'a right for one name becomes one for all',
      role('{apiGroups: [""], resources: [pods], resourceNames: [a], verbs: [get]}'),
      role('{apiGroups: [""], resources: [pods], verbs: [get]}'),
      ['warning rbac-widened'],
    ],
    [
      'and the other way round says nothing',
      role('{apiGroups: [""], resources: [pods], verbs: [get]}'),
      role('{apiGroups: [""], resources: [pods], resourceNames: [a], verbs: [get]}'),
      [],
    ],
    [
      'a host',
      object('networking.k8s.io/v1', 'Ingress', 'spec: {rules: [{host: a.example}]}'),
      object('networking.k8s.io/v1', 'Ingress', 'spec: {rules: [{host: a.example}, {host: b.example}]}'),
      ['warning host-exposed'],
    ],
    [
      'a host of a route',
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'spec: {hostnames: [a.example]}'),
      object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'spec: {hostnames: []}'),
      ['warning host-exposed'],
    ],
    [
      'a Service to the outside',
      object('v1', 'Service', 'spec: {type: ClusterIP}'),
      object('v1', 'Service', 'spec: {type: LoadBalancer}'),
      ['warning service-exposed'],
    ],
    [
      'prune off (Argo CD)',
      application('syncPolicy: {automated: {prune: true}}'),
      application('syncPolicy: {automated: {prune: false}}'),
      ['warning prune-off'],
    ],
    [
      'self-heal off',
      application('syncPolicy: {automated: {selfHeal: true}}'),
      application('syncPolicy: {automated: {}}'),
      ['warning self-heal-off'],
    ],
    [
      'automation off',
      application('syncPolicy: {automated: {}}'),
      application('syncPolicy: {automated: {enabled: false}}'),
      ['warning automation-off'],
    ],
    [
      'another revision',
      application('source: {targetRevision: v1}'),
      application('source: {targetRevision: v2}'),
      ['warning revision-moved'],
    ],
    [
      'another destination',
      application('destination: {namespace: a}'),
      application('destination: {namespace: b}'),
      ['danger destination-moved'],
    ],
    ['prune off (Flux)', kustomization('prune: true'), kustomization('prune: false'), ['warning prune-off']],
    [
      'suspended',
      kustomization('prune: true'),
      kustomization('prune: true, suspend: true'),
      ['warning suspended'],
    ],
    ['another path', kustomization('path: a'), kustomization('path: b'), ['warning source-moved']],
    [
      'prune off in the template of an ApplicationSet',
      object(
        'argoproj.io/v1alpha1',
        'ApplicationSet',
        'spec: {template: {spec: {syncPolicy: {automated: {prune: true}}}}}',
      ),
      object(
        'argoproj.io/v1alpha1',
        'ApplicationSet',
        'spec: {template: {spec: {syncPolicy: {automated: {prune: false}}}}}',
      ),
      ['warning prune-off'],
    ],
    ['a deployer removed', application('source: {}'), '', ['danger deployer-removed']],
  ]
  it.each(rows)('%s', (_, before, after, expected) => {
    expect(risks(before, after)).toEqual(expected)
  })

  it('says what is newly allowed, the strong first', () => {
    expect(
      risks(
        role('{apiGroups: [""], resources: [pods], verbs: [get]}'),
        role('{apiGroups: ["", apps], resources: [pods, secrets], verbs: [get]}'),
        true,
      ),
    ).toEqual([
      'danger rbac-widened newly allowed: get on secrets, get on secrets of apps, get on pods of apps',
    ])
  })

  it('says whom a binding gives a role, also when the role becomes another one', () => {
    const binding = (name: string): string =>
      object(
        'rbac.authorization.k8s.io/v1',
        'RoleBinding',
        `roleRef: {kind: ClusterRole, name: ${name}}, subjects: [{kind: Group, name: dev}]`,
      )
    expect(risks(binding('view'), binding('admin'), true)).toEqual([
      'danger rbac-bound Group dev gets admin',
      'danger role-ref-immutable Kubernetes refuses to change roleRef of an existing RoleBinding: it must be deleted and created again',
    ])
  })
})
