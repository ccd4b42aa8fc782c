import { describe, expect, it } from 'vitest'
import { findingsOf, judgeManifests, checklistOf } from './judge-manifests.ts'

const container = (fields: string): string => `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  containers: [{ name: app, ${fields} }]
`
const at = 'Pod/p /spec/containers/[name=app]'
const deployment = (spec: string, pod = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  ${spec}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, tier: front } }
    spec: { containers: [{ name: app, image: 'a:1', ports: [{ name: http, containerPort: 8080 }] }] ${pod} }
`
const service = `---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
`

describe('image-tag', () => {
  const noTag = (image: string): string =>
    `${at}/image: container app: image ${image} has no tag, so what runs depends on when it is pulled`
  it.each([
    ['nginx', [noTag('nginx')]],
    ['host:5000/app', [noTag('host:5000/app')]],
    [
      'nginx:latest',
      [
        `${at}/image: container app: image nginx:latest has the tag latest, so what runs depends on when it is pulled`,
      ],
    ],
    ['host:5000/app:1.2', []],
    ['app@sha256:0123', []],
    ['app:latest@sha256:0123', []],
    ['${IMAGE}', []],
  ])('%s', (image, found) => {
    expect(findingsOf('image-tag', container(`image: '${image}'`))).toEqual(found)
  })
})

describe('memory-request and memory-limit', () => {
  const absent = `${at}: container app has no memory request: the scheduler does not know what it needs`
  it.each([
    ['absent', `image: a`, [absent]],
    ['zero', `resources: { requests: { memory: 0Mi } }`, [absent]],
    ['a limit alone', `resources: { limits: { memory: 1Gi } }`, [absent]],
    ['given', `resources: { requests: { memory: 1Gi } }`, []],
  ])('%s', (_, fields, found) => {
    expect(findingsOf('memory-request', container(fields))).toEqual(found)
  })

  it('judges init containers too, and takes the resources of the whole pod', () => {
    const pod = (more: string): string => `apiVersion: batch/v1
kind: CronJob
metadata: { name: c }
spec: { jobTemplate: { spec: { template: { spec: { initContainers: [{ name: i }] ${more} } } } } }
`
    expect(findingsOf('memory-limit', pod(''))).toEqual([
      'CronJob/c /spec/jobTemplate/spec/template/spec/initContainers/[name=i]: container i has no memory limit: it can take the memory of the whole node',
    ])
    expect(findingsOf('memory-limit', pod(', resources: { limits: { memory: 1Gi } }'))).toEqual([])
  })
})

describe('readiness-probe', () => {
  it('asks for one on the container that a Service leads to', () => {
    expect(findingsOf('readiness-probe', deployment('replicas: 2') + service)).toEqual([
      'Deployment/web /spec/template/spec/containers/[name=app]: container app has no readiness probe, and Service web sends it requests: it gets them before it can answer',
    ])
  })
  it('says nothing where no Service selects the pods', () => {
    expect(findingsOf('readiness-probe', deployment('replicas: 2'))).toEqual([])
  })
})

describe('replicas and pdb-missing', () => {
  const hpa = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 3, maxReplicas: 5 }
`
  const pdb = (labels: string): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: ${labels} } }
`
  it('one pod behind a Service is a finding, unless an autoscaler decides', () => {
    expect(findingsOf('replicas', deployment('replicas: 1') + service)).toEqual([
      'Deployment/web /spec/replicas: runs one pod behind Service web: every restart is an outage',
    ])
    expect(findingsOf('replicas', deployment('replicas: 1') + service + hpa)).toEqual([])
    expect(findingsOf('replicas', deployment('replicas: 1'))).toEqual([])
  })
  it('a budget counts only by its whole selector', () => {
    const missing =
      'runs 2 pods and no PodDisruptionBudget selects them: draining nodes may stop all of them at once'
    expect(findingsOf('pdb-missing', deployment('replicas: 2') + pdb('{ app: web }'))).toEqual([])
    expect(findingsOf('pdb-missing', deployment('replicas: 2') + pdb('{ app: web, tier: back }'))).toEqual([
      `Deployment/web: ${missing}`,
    ])
    expect(findingsOf('pdb-missing', deployment('replicas: 1'))).toEqual([])
    expect(findingsOf('pdb-missing', deployment('replicas: 1') + hpa)).toEqual([
      `Deployment/web: ${missing.replace('2', '3')}`,
    ])
  })
})

describe('run-as-non-root', () => {
  const open = `${at}: container app may run as root: nothing says that it does not`
  it.each([
    ['', [open]],
    [', securityContext: { runAsNonRoot: true }', []],
    [', securityContext: { runAsUser: 1000 }', []],
    [', securityContext: { runAsUser: 0 }', [`${at}: container app runs as root (runAsUser 0)`]],
  ])('%s', (fields, found) => {
    expect(findingsOf('run-as-non-root', container(`image: a${fields}`))).toEqual(found)
  })
})

describe('secret-in-git', () => {
  const secret = (fields: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n${fields}\n`
  it.each([
    ['stringData: { password: hunter2 }', true],
    ['data: { password: aHVudGVyMg== }', true],
    ['stringData: { password: "${DB_PASSWORD}" }', false],
    ['data: { password: "ENC[AES256_GCM,data:x]" }\nsops: { version: 3.8.1 }', false],
    ['type: kubernetes.io/service-account-token', false],
  ])('%s', (fields, isFinding) => {
    expect(findingsOf('secret-in-git', secret(fields))).toEqual(
      isFinding
        ? [
            'Secret/s: holds password in clear text: whoever reads the repository has it, and so does its history',
          ]
        : [],
    )
  })
  it('says nothing in an environment that is not protected', () => {
    expect(
      findingsOf('secret-in-git', secret('stringData: { password: x }'), '', { protected: false }),
    ).toEqual([])
  })
})

describe('findings', () => {
  it('stand on the line of their field, and are accepted by annotation or waiver', () => {
    const pod = container('image: nginx').replace(
      'name: p',
      'name: p, annotations: { countersign.dev/ignore: image-tag }',
    )
    const [finding] = judgeManifests(pod).findings
    expect(finding).toMatchObject({
      rule: 'image-tag',
      severity: 'danger',
      file: 'all.yaml',
      line: 5,
      suppressed: { by: 'annotation', reason: 'annotation countersign.dev/ignore' },
    })
    const waiver = (until: string): string =>
      `waivers: [{ rule: image-tag, resource: Pod/p, until: ${until}, because: soon gone, owner: alice }]`
    const waived = (until: string): unknown =>
      judgeManifests(container('image: nginx'), checklistOf(waiver(until))).findings[0]?.suppressed
    expect(waived('2026-03-02')).toEqual({ by: 'waiver', reason: 'soon gone (alice, until 2026-03-02)' })
    expect(waived('2026-03-01')).toBeUndefined()
  })
})
