import { describe, expect, it } from 'vitest'
import { parseManifests } from '../../../../src/core/change/parse-manifests.ts'
import type { Json, JsonObject, Resource } from '../../../../src/core/change/resource.ts'
import { parseCustomRules } from '../../../../src/core/readiness/custom/parse-custom-rules.ts'
import { judgeRendering } from '../../../../src/core/readiness/judge-rendering.ts'
import { bounded } from '../../../../src/pipeline/bounded.ts'
import { checklistOf } from '../judge-manifests.ts'

const quiet = { ...checklistOf(), rules: [] }

function resourcesOf(objects: readonly JsonObject[]): readonly Resource[] {
  const text = objects.map((each) => JSON.stringify(each)).join('\n---\n')
  const parsed = parseManifests(text, { file: 'all.yaml' })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

interface Policy {
  readonly expression: string
  readonly message?: string
  readonly messageExpression?: string
  /** Name and expression, in their order. */
  readonly variables?: Readonly<Record<string, string>>
  readonly conditions?: Readonly<Record<string, string>>
  readonly params?: JsonObject
}

/** What is found, or what is wrong with the policy. */
function judge(
  policy: Policy,
  objects: readonly JsonObject[],
  base: readonly JsonObject[] = [],
): readonly string[] {
  const named = (map: Policy['variables'] = {}): Json =>
    Object.entries(map).map(([name, expression]) => ({ name, expression }))
  const { expression, message, messageExpression, params } = policy
  const documents: JsonObject[] = [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'p' },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
        },
        ...(params === undefined ? {} : { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }),
        variables: named(policy.variables),
        matchConditions: named(policy.conditions),
        validations: [{ expression, message, messageExpression }],
      },
    },
    ...(params === undefined
      ? []
      : [
          {
            apiVersion: 'admissionregistration.k8s.io/v1',
            kind: 'ValidatingAdmissionPolicyBinding',
            metadata: { name: 'b' },
            spec: {
              policyName: 'p',
              validationActions: ['Deny'],
              paramRef: { name: 'limits', namespace: 'policies', parameterNotFoundAction: 'Deny' },
            },
          },
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'limits', namespace: 'policies' },
            data: params,
          },
        ]),
  ]
  const text = documents.map((each) => JSON.stringify(each)).join('\n---\n')
  const parsed = parseCustomRules({ file: 'policy.yaml', text })
  if (!parsed.ok) return parsed.problems.map((each) => `refused: ${each.message}`)
  const judged = judgeRendering(resourcesOf(objects), quiet, {
    protected: true,
    kubernetes: '1.34',
    now: '2026-03-02T12:00:00Z',
    environment: 'production',
    custom: parsed.value,
    bounded,
    base: resourcesOf(base),
  })
  return [
    ...judged.findings.map(({ kind, name, message: said }) => `${kind}/${name}: ${said}`),
    ...judged.problems.map((each) => `problem: ${each.message}`),
  ]
}

const app: JsonObject = { name: 'app', image: 'ghcr.io/acme/app:1.2' }
const pod = (spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec: { containers: [app], ...spec },
})
const deployment = (spec: JsonObject = {}, container: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web', team: 'shop' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ ...app, ...container }] } },
    ...spec,
  },
})
const service = (spec: JsonObject, annotations: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', annotations },
  spec,
})
const ingress = (hosts: readonly string[], tls: readonly string[] = []): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { rules: hosts.map((host) => ({ host })), tls: [{ hosts: tls }] },
})
const limited = (memory: Json, cpu: Json = '500m'): JsonObject =>
  deployment({}, { resources: { limits: { memory, cpu } } })
const configMap = (data: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'shop' },
  data,
})
const all =
  '(object.spec.containers + object.spec.?initContainers.orValue([]) + object.spec.?ephemeralContainers.orValue([]))'
const inTemplate = 'object.spec.template.spec.containers'

/** A policy, an object that it lets pass, and one that it refuses. */
const library: Readonly<Record<string, readonly [Policy | string, JsonObject, JsonObject]>> = {
  'replicas within a bound': ['object.spec.replicas <= 5', deployment(), deployment({ replicas: 6 })],
  'replicas, absent too': [
    'object.spec.?replicas.orValue(1) >= 2',
    deployment(),
    deployment({ replicas: null }),
  ],
  'more than one': [
    'has(object.spec.replicas) && object.spec.replicas > 1',
    deployment(),
    deployment({ replicas: 1 }),
  ],
  'an odd number': ['object.spec.replicas % 2 == 1', deployment(), deployment({ replicas: 4 })],
  'no host network': [
    '!has(object.spec.hostNetwork) || object.spec.hostNetwork == false',
    pod(),
    pod({ hostNetwork: true }),
  ],
  'no host namespaces': [
    '[object.spec.?hostPID, object.spec.?hostIPC].all(o, !o.orValue(false))',
    pod(),
    pod({ hostIPC: true }),
  ],
  'no host path': [
    '!has(object.spec.volumes) || object.spec.volumes.all(v, !has(v.hostPath))',
    pod({ volumes: [{ name: 'a', emptyDir: {} }] }),
    pod({ volumes: [{ name: 'a', hostPath: { path: '/' } }] }),
  ],
  'no host port': [
    'object.spec.containers.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))',
    pod(),
    pod({ containers: [{ ...app, ports: [{ containerPort: 1, hostPort: 1 }] }] }),
  ],
  'privileged, in all containers': [
    `${all}.all(c, !c.?securityContext.?privileged.orValue(false))`,
    pod(),
    pod({ initContainers: [{ ...app, securityContext: { privileged: true } }] }),
  ],
  'no root, in pod or container': [
    {
      variables: { podSafe: 'object.spec.?securityContext.?runAsNonRoot.orValue(false)' },
      expression: `${all}.all(c, c.?securityContext.?runAsNonRoot.orValue(variables.podSafe))`,
    },
    pod({ securityContext: { runAsNonRoot: true } }),
    pod({
      securityContext: { runAsNonRoot: true },
      containers: [{ ...app, securityContext: { runAsNonRoot: false } }],
    }),
  ],
  'a read-only root': [
    `${inTemplate}.all(c, has(c.securityContext) && has(c.securityContext.readOnlyRootFilesystem) && c.securityContext.readOnlyRootFilesystem)`,
    deployment({}, { securityContext: { readOnlyRootFilesystem: true } }),
    deployment(),
  ],
  'capabilities dropped': [
    `${all}.all(c, 'ALL' in c.?securityContext.?capabilities.?drop.orValue([]))`,
    pod({ containers: [{ ...app, securityContext: { capabilities: { drop: ['ALL'] } } }] }),
    pod(),
  ],
  'capabilities of a list': [
    {
      variables: { allowed: "['NET_BIND_SERVICE', 'CHOWN']" },
      expression: `${all}.all(c, c.?securityContext.?capabilities.?add.orValue([]).all(a, a in variables.allowed))`,
    },
    pod({ containers: [{ ...app, securityContext: { capabilities: { add: ['CHOWN'] } } }] }),
    pod({ containers: [{ ...app, securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }] }),
  ],
  'a seccomp profile': [
    "object.spec.?securityContext.?seccompProfile.?type.orValue('') in ['RuntimeDefault', 'Localhost']",
    pod({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }),
    pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }),
  ],
  'sysctls of a list': [
    "object.spec.?securityContext.?sysctls.orValue([]).all(s, s.name.startsWith('net.ipv4.'))",
    pod(),
    pod({ securityContext: { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] } }),
  ],
  'a registry': [
    {
      expression: `${inTemplate}.all(c, c.image.startsWith('ghcr.io/acme/'))`,
      messageExpression: `'images from elsewhere: ' + ${inTemplate}.filter(c, !c.image.startsWith('ghcr.io/acme/')).map(c, c.image).join(', ')`,
    },
    deployment(),
    deployment({}, { image: 'evil.io/x:1' }),
  ],
  'a registry by a pattern': [
    `${inTemplate}.all(c, c.image.matches('^(ghcr\\\\.io|quay\\\\.io)/acme/[a-z0-9/-]+(:[^:@]+)?(@sha256:[0-9a-f]{64})?$'))`,
    deployment(),
    deployment({}, { image: 'ghcr.io/acme/App' }),
  ],
  'no latest': [
    `${inTemplate}.all(c, c.image.contains('@') || (c.image.split('/').filter(p, p.contains(':')).size() > 0 && !c.image.endsWith(':latest')))`,
    deployment(),
    deployment({}, { image: 'ghcr.io/acme/app:latest' }),
  ],
  'a digest': [
    `${inTemplate}.all(c, c.image.find('@sha256:[0-9a-f]{64}$') != '')`,
    deployment({}, { image: `a@sha256:${'0'.repeat(64)}` }),
    deployment(),
  ],
  'memory of at most': [
    `${inTemplate}.all(c, !quantity(c.resources.limits.memory).isGreaterThan(quantity('2Gi')))`,
    limited('2048Mi'),
    limited('2049Mi'),
  ],
  'memory is a quantity': [
    `${inTemplate}.all(c, isQuantity(string(c.resources.limits.memory)))`,
    limited('1e9'),
    limited('1 GB'),
  ],
  'memory by compareTo': [
    `${inTemplate}.all(c, quantity(c.resources.limits.memory).compareTo(quantity('128Mi')) >= 0)`,
    limited('0.5Gi'),
    limited('64Mi'),
  ],
  'memory together': [
    `${inTemplate}.map(c, quantity(c.resources.limits.memory)).all(q, q.sub(quantity('1Gi')).sign() <= 0)`,
    limited('1Gi'),
    limited('1025Mi'),
  ],
  'whole cores': [
    `${inTemplate}.all(c, quantity(string(c.resources.limits.cpu)).asApproximateFloat() <= 1.0)`,
    limited('1Gi', 1),
    limited('1Gi', '1500m'),
  ],
  'limits of every container': [
    `${inTemplate}.all(c, has(c.resources) && has(c.resources.limits) && ['cpu', 'memory'].all(r, r in c.resources.limits))`,
    limited('1Gi'),
    deployment({}, { resources: { limits: { cpu: 1 } } }),
  ],
  'labels that have to be': [
    "has(object.metadata.labels) && ['app', 'team'].all(l, l in object.metadata.labels && object.metadata.labels[l] != '')",
    deployment(),
    pod({}, { labels: { app: 'web' } }),
  ],
  'a label of a shape': [
    "object.metadata.?labels['team'].orValue('').matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    deployment(),
    pod({}, { labels: { team: 'Shop_1' } }),
  ],
  'keys of labels': [
    "object.metadata.labels.all(k, !k.startsWith('internal.acme.io/'))",
    deployment(),
    pod({}, { labels: { 'internal.acme.io/x': 'a' } }),
  ],
  'no annotation of a shape': [
    "!object.metadata.?annotations.orValue({}).exists(k, k.endsWith('/configuration-snippet'))",
    pod(),
    pod({}, { annotations: { 'nginx.ingress.kubernetes.io/configuration-snippet': 'x' } }),
  ],
  'the template has the labels of the selector': [
    'object.spec.selector.matchLabels.all(k, object.spec.template.metadata.labels[?k].orValue("") == object.spec.selector.matchLabels[k])',
    deployment(),
    deployment({ selector: { matchLabels: { app: 'other' } } }),
  ],
  'names that tell apart': [
    `${inTemplate}.all(c, ${inTemplate}.exists_one(d, d.name == c.name))`,
    deployment(),
    deployment({ template: { metadata: { labels: { app: 'web' } }, spec: { containers: [app, app] } } }),
  ],
  'one port of a name': [
    "object.spec.ports.exists_one(p, p.name == 'http')",
    service({
      ports: [
        { name: 'http', port: 80 },
        { name: 'admin', port: 81 },
      ],
    }),
    service({
      ports: [
        { name: 'http', port: 80 },
        { name: 'http', port: 81 },
      ],
    }),
  ],
  'no node ports': [
    "!(object.spec.?type.orValue('ClusterIP') in ['NodePort', 'LoadBalancer'])",
    service({ ports: [] }),
    service({ type: 'NodePort', ports: [] }),
  ],
  'load balancers within': [
    "object.spec.type != 'LoadBalancer' || object.metadata.?annotations['acme.io/internal'].orValue('') == 'true'",
    service({ type: 'LoadBalancer' }, { 'acme.io/internal': 'true' }),
    service({ type: 'LoadBalancer' }),
  ],
  'no addresses from outside': [
    "!has(object.spec.externalIPs) || object.spec.externalIPs.all(i, isIP(i) && cidr('10.0.0.0/8').containsIP(i))",
    service({ externalIPs: ['10.1.2.3'] }),
    service({ externalIPs: ['203.0.113.1'] }),
  ],
  'ranges that are narrow': [
    'object.spec.loadBalancerSourceRanges.all(r, isCIDR(r) && cidr(r).prefixLength() >= 16)',
    service({ loadBalancerSourceRanges: ['192.168.0.0/24'] }),
    service({ loadBalancerSourceRanges: ['0.0.0.0/0'] }),
  ],
  'hosts of a domain': [
    "object.spec.rules.all(r, r.host.endsWith('.acme.io') && !r.host.contains('*'))",
    ingress(['a.acme.io']),
    ingress(['*.acme.io']),
  ],
  'TLS of every host': [
    'object.spec.rules.all(r, object.spec.tls.exists(t, r.host in t.hosts))',
    ingress(['a.io'], ['a.io']),
    ingress(['a.io', 'b.io'], ['a.io']),
  ],
  'sets of hosts': [
    'sets.contains(object.spec.tls[0].hosts, object.spec.rules.map(r, r.host))',
    ingress(['a.io'], ['b.io', 'a.io']),
    ingress(['a.io'], []),
  ],
  'addresses in data': [
    "isURL(object.data.url) && url(object.data.url).getScheme() == 'https' && url(object.data.url).getHostname().endsWith('acme.io')",
    configMap({ url: 'https://x.acme.io/a?b=c' }),
    configMap({ url: 'http://x.acme.io' }),
  ],
  'a version in data': [
    "isSemver(object.data.v) && semver(object.data.v).isGreaterThan(semver('1.9.0'))",
    configMap({ v: '1.10.0' }),
    configMap({ v: '1.8.9' }),
  ],
  'a duration in data': [
    "duration(object.data.d) <= duration('1h30m')",
    configMap({ d: '90m' }),
    configMap({ d: '2h' }),
  ],
  'a time in data': [
    "timestamp(object.data.t) < timestamp('2027-01-01T00:00:00Z') && timestamp(object.data.t).getFullYear() == 2026",
    configMap({ t: '2026-05-01T00:00:00Z' }),
    configMap({ t: '2027-05-01T00:00:00Z' }),
  ],
  'a sorted list': [
    "object.data.l.split(',').isSorted()",
    configMap({ l: 'a,b,c' }),
    configMap({ l: 'b,a' }),
  ],
  'a sum': [
    "object.data.l.split(',').map(n, int(n)).sum() <= 10",
    configMap({ l: '1,2,3' }),
    configMap({ l: '9,2' }),
  ],
  'keys that a pattern finds': [
    "object.data.all(k, v, !(k.lowerAscii().contains('password') && v.size() > 0))",
    configMap({ level: 'info' }),
    configMap({ DB_PASSWORD: 'x' }),
  ],
  'the namespace': [
    "!(namespaceObject.metadata.name in ['default', 'kube-system'])",
    pod(),
    pod({}, { namespace: 'default' }),
  ],
  'the namespace of the request': [
    "request.namespace != 'default' && request.operation == 'CREATE'",
    pod(),
    pod({}, { namespace: 'default' }),
  ],
  'who of the kind': [
    "request.kind.kind != 'Pod' || object.metadata.?ownerReferences.orValue([]).size() > 0",
    deployment(),
    pod(),
  ],
  parameters: [
    {
      expression: `object.spec.replicas <= int(params.data.most)`,
      messageExpression: "'at most ' + params.data.most",
      params: { most: '4' },
    },
    deployment(),
    deployment({ replicas: 5 }),
  ],
  'a variable of variables': [
    {
      variables: {
        images: `${inTemplate}.map(c, c.image)`,
        bad: "variables.images.filter(i, i.endsWith(':latest'))",
      },
      expression: 'variables.bad.size() == 0',
      messageExpression: "'has ' + string(variables.bad.size()) + ': ' + variables.bad.join(' ')",
    },
    deployment(),
    deployment({}, { image: 'a:latest' }),
  ],
  'a condition': [
    {
      conditions: { 'only-web': "object.metadata.name.startsWith('web')" },
      expression: 'object.spec.replicas >= 2',
    },
    { ...deployment({ replicas: 1 }), metadata: { name: 'job' } },
    deployment({ replicas: 1 }),
  ],
  'a nested question': [
    `${inTemplate}.all(c, has(c.livenessProbe) ? (has(c.livenessProbe.httpGet) ? c.livenessProbe.httpGet.path.startsWith('/') : true) : false)`,
    deployment({}, { livenessProbe: { httpGet: { path: '/healthz' } } }),
    deployment({}, { livenessProbe: { httpGet: { path: 'healthz' } } }),
  ],
  'an environment without secrets': [
    `${inTemplate}.all(c, c.?env.orValue([]).all(e, !has(e.value) || !e.name.matches('(?i)(password|token)')))`,
    deployment({}, { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] }),
    deployment({}, { env: [{ name: 'db_password', value: 'x' }] }),
  ],
}

describe('a library of policies', () => {
  it.each(Object.entries(library))('%s', (_, [policy, passing, failing]) => {
    const rule: Policy = typeof policy === 'string' ? { expression: policy } : policy
    expect(judge(rule, [passing])).toEqual([])
    const [found, ...more] = judge({ message: 'refused by the policy', ...rule }, [failing])
    const { kind } = resourcesOf([failing])[0] ?? {}
    const said = rule.messageExpression === undefined ? /: refused by the policy$/ : /: (?!refused by)/
    expect(found).toMatch(new RegExp(`^${kind}/web`))
    expect(found).toMatch(said)
    expect(more).toEqual([])
  })

  it('says what its expression makes of it', () => {
    const rule: Policy = {
      expression: 'object.spec.replicas < 3',
      messageExpression: "object.metadata.name + ' runs ' + string(object.spec.replicas)",
    }
    expect(judge(rule, [deployment()])).toEqual(['Deployment/web: web runs 3'])
  })

  it('lets a text and a field be called like the authorizer', () => {
    expect(
      judge({ expression: "object.metadata.?labels['authorizer'].orValue('x') != 'authorizer'" }, [pod()]),
    ).toEqual([])
  })

  it('compares with what was there', () => {
    const rule: Policy = {
      expression: 'oldObject == null || object.spec.replicas >= oldObject.spec.replicas',
      message: 'fewer',
    }
    expect(judge(rule, [deployment()])).toEqual([])
    expect(judge(rule, [deployment({ replicas: 2 })], [deployment()])).toEqual(['Deployment/web: fewer'])
  })

  it.each([
    ["authorizer.group('apps').resource('deployments').namespace('shop').check('create').allowed()"],
    ["authorizer.requestResource.check('create').allowed()"],
  ])('refuses to answer for the cluster: %s', (expression) => {
    const [found, ...more] = judge({ expression }, [deployment()])
    expect(found).toBe(
      'refused: p: authorizer asks a cluster who may do what, and no manifest says that; leave it to the cluster',
    )
    expect(more).toEqual([])
  })
})
