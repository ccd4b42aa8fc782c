import { fieldPath } from '../../change/field-path.ts'
import { isJsonObject } from '../../change/read-yaml.ts'
import type { Json, JsonObject, Resource } from '../../change/resource.ts'
import { listPaths } from './list-paths.ts'

/** Where a kind keeps the template of its pods. */
export interface PodTemplatePath {
  /** API group; empty for the core group. */
  readonly group: string
  readonly kind: string
  /** Field path of the template: `/spec/template`. Empty: the resource is the pod. */
  readonly path: string
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/ , Argo Rollouts, Knative Serving. */
const knownTemplates: readonly PodTemplatePath[] = [
  { group: 'apps', kind: 'Deployment', path: '/spec/template' },
  { group: 'extensions', kind: 'Deployment', path: '/spec/template' },
  { group: 'apps', kind: 'StatefulSet', path: '/spec/template' },
  { group: 'apps', kind: 'DaemonSet', path: '/spec/template' },
  { group: 'extensions', kind: 'DaemonSet', path: '/spec/template' },
  { group: 'apps', kind: 'ReplicaSet', path: '/spec/template' },
  { group: 'extensions', kind: 'ReplicaSet', path: '/spec/template' },
  { group: '', kind: 'ReplicationController', path: '/spec/template' },
  { group: 'batch', kind: 'Job', path: '/spec/template' },
  { group: 'batch', kind: 'CronJob', path: '/spec/jobTemplate/spec/template' },
  { group: '', kind: 'Pod', path: '' },
  { group: 'argoproj.io', kind: 'Rollout', path: '/spec/template' },
  { group: 'serving.knative.dev', kind: 'Service', path: '/spec/template' },
]

export type ContainerRole = 'container' | 'init' | 'sidecar'

export interface Container {
  readonly name: string
  readonly object: JsonObject
  /** Field path within the workload: `/spec/template/spec/containers/[name=app]`. */
  readonly path: string
  /** An init container that keeps running is a sidecar: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
  readonly role: ContainerRole
}

/** A resource that runs pods. */
export interface Workload {
  readonly resource: Resource
  readonly group: string
  readonly kind: string
  readonly podSpec: JsonObject
  /** Field path of the pod's spec. */
  readonly podPath: string
  /** Field path of the pod's metadata. */
  readonly metadataPath: string
  /** Labels and annotations of its pods. */
  readonly labels: JsonObject
  readonly annotations: JsonObject
  readonly containers: readonly Container[]
  /** Job and CronJob: its pods end. */
  readonly runsOnce: boolean
  /** The pod template stands in another resource (Argo Rollout with workloadRef), whose fields are judged there. */
  readonly borrowed: boolean
}

/** Undefined: the resource runs no pods, or says nothing about them. */
export function readWorkload(
  resource: Resource,
  group: string,
  templates: readonly PodTemplatePath[],
): Workload | undefined {
  const { kind, object } = resource
  const path = (
    knownTemplates.find((each) => each.kind === kind && each.group === group) ??
    templates.find((each) => each.kind === kind && each.group === group)
  )?.path
  if (path === undefined) return undefined
  const template = fieldAt(object, path)
  if (!isJsonObject(template) || !isJsonObject(template.spec)) return undefined
  const metadata = isJsonObject(template.metadata) ? template.metadata : {}
  const podPath = `${path}/spec`
  return {
    resource,
    group,
    kind,
    podSpec: template.spec,
    podPath,
    metadataPath: `${path}/metadata`,
    labels: isJsonObject(metadata.labels) ? metadata.labels : {},
    annotations: isJsonObject(metadata.annotations) ? metadata.annotations : {},
    containers: [
      ...containersIn(template.spec, podPath, 'initContainers'),
      ...containersIn(template.spec, podPath, 'containers'),
    ],
    runsOnce: group === 'batch',
    borrowed: false,
  }
}

/** A Rollout that takes its pods from a Deployment: https://argo-rollouts.readthedocs.io/en/stable/migrating/#reference-deployment-from-rollout */
export function borrowTemplate(rollout: Resource, group: string, lender: Workload): Workload {
  return { ...lender, resource: rollout, group, kind: rollout.kind, borrowed: true }
}

/** A value below an object by a path of names without merge keys. */
export function fieldAt(object: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = object
  for (const name of path.split('/').slice(1)) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

function containersIn(
  spec: JsonObject,
  podPath: string,
  field: 'containers' | 'initContainers',
): readonly Container[] {
  const list = spec[field]
  if (!Array.isArray(list)) return []
  const paths = listPaths(fieldPath(podPath, field), field, list as readonly Json[])
  return (list as readonly Json[]).flatMap((object, index): readonly Container[] => {
    if (!isJsonObject(object)) return []
    // Knative names its only container itself: until then its place is its name.
    const name = typeof object.name === 'string' && object.name !== '' ? object.name : String(index + 1)
    const role = field === 'containers' ? 'container' : object.restartPolicy === 'Always' ? 'sidecar' : 'init'
    return [{ name, object, path: paths[index] ?? podPath, role }]
  })
}
