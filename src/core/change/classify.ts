import { changeClasses, type ChangeClass, type ResourceAction } from './change.ts'
import type { Pair } from './match.ts'
import { isJsonObject } from './read-yaml.ts'
import type { Json, Resource } from './resource.ts'
import type { ValueChange } from './compare-values.ts'

/** Class of every change of a kind, by API group; `*` stands for all kinds of the group. */
const kindClasses: readonly (readonly [group: RegExp, kind: RegExp, class_: ChangeClass])[] = [
  [/^$/, /^Secret$/, 'secret'],
  [
    /^(?:bitnami\.com|external-secrets\.io|secrets-store\.csi\.x-k8s\.io|secrets\.hashicorp\.com|generators\.external-secrets\.io|isindir\.github\.com)$/,
    /./,
    'secret',
  ],
  [/^rbac\.authorization\.k8s\.io$/, /./, 'rbac'],
  [/^$/, /^ServiceAccount$/, 'rbac'],
  [/^apiextensions\.k8s\.io$/, /^CustomResourceDefinition$/, 'crd'],
  [/^$/, /^(?:PersistentVolume|PersistentVolumeClaim)$/, 'storage'],
  [/^(?:storage\.k8s\.io|snapshot\.storage\.k8s\.io)$/, /./, 'storage'],
  [/^$/, /^(?:Service|Endpoints)$/, 'network'],
  [
    /^(?:networking\.k8s\.io|discovery\.k8s\.io|(?:.+\.)?networking\.k8s\.io|networking\.istio\.io|security\.istio\.io|policy\.networking\.k8s\.io|traefik\.io|traefik\.containo\.us|projectcontour\.io|cilium\.io|crd\.projectcalico\.org|projectcalico\.org|gateway\.envoyproxy\.io|linkerd\.io|policy\.linkerd\.io)$/,
    /./,
    'network',
  ],
  [/^autoscaling$/, /./, 'scale'],
  [/^(?:keda\.sh|autoscaling\.k8s\.io)$/, /./, 'scale'],
]

/** Class of a changed field, by its path (list items in brackets); the first that matches. */
const fieldClasses: readonly (readonly [path: RegExp, class_: ChangeClass])[] = [
  [/\/(?:containers|initContainers|ephemeralContainers)\/[^/]+\/image$/, 'image'],
  [/\/images?(?:\/[^/]+)?(?:\/(?:repository|registry|tag|digest|name|newName|newTag))?$/, 'image'],
  [
    /^\/spec\/(?:chart\/spec\/(?:version|chart)|source\/(?:targetRevision|chart)|sources\/[^/]+\/(?:targetRevision|chart))$/,
    'image',
  ],
  [/^\/spec\/(?:replicas|minReplicas|maxReplicas|parallelism|completions)$/, 'scale'],
  [/\/replica(?:s|Count)$/, 'scale'],
  [/\/volumeClaimTemplates(?:\/|$)/, 'storage'],
  [/\/volumes\/[^/]+\/(?:persistentVolumeClaim|ephemeral|csi|hostPath|nfs)(?:\/|$)/, 'storage'],
  [/^\/spec\/persistentVolumeClaimRetentionPolicy(?:\/|$)/, 'storage'],
  [/\/(?:hostNetwork|hostPort|dnsPolicy|hostAliases|dnsConfig)(?:\/|$)/, 'network'],
  [/\/(?:serviceAccountName|serviceAccount|automountServiceAccountToken)$/, 'rbac'],
]

/**
 * Classes of one resource's change, in the order of `changeClasses`; never empty. `opened`: the same changes with texts that are YAML,
 * JSON or properties taken apart, so that a credential beside a changed setting is not taken for changed.
 */
export function classify(
  pair: Pair,
  action: ResourceAction,
  changes: readonly ValueChange[],
  opened: readonly ValueChange[] = changes,
): readonly ChangeClass[] {
  const found = new Set<ChangeClass>()
  const resource = pair.after ?? pair.before
  if (resource === undefined) return []
  if (action === 'removed' || pair.by === 'rename') found.add('delete')
  const kind = classOfKind(resource)
  if (kind !== undefined) found.add(kind)
  if (opened.some(isMaskedChange)) found.add('secret')
  for (const change of changes) {
    if (kind !== undefined || action === 'removed') continue
    for (const path of leaves(change))
      found.add(fieldClasses.find(([pattern]) => pattern.test(path))?.[1] ?? 'config')
  }
  if (found.size === 0) found.add('config')
  return changeClasses.filter((each) => found.has(each))
}

function classOfKind({ apiVersion, kind }: Resource): ChangeClass | undefined {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  return kindClasses.find(([groups, kinds]) => groups.test(group) && kinds.test(kind))?.[2]
}

/** Only a value that was masked is shown differently from what it is. */
function isMaskedChange(change: ValueChange): boolean {
  return isMasked(change.before, change.shown.before) || isMasked(change.after, change.shown.after)
}

function isMasked(real: Json | undefined, shown: Json | undefined): boolean {
  return real !== undefined && real !== shown && JSON.stringify(real) !== JSON.stringify(shown)
}

/** Paths of every scalar below a change: a container that was added brings an image. */
function* leaves(change: ValueChange): Generator<string> {
  yield* below(change.path, change.before)
  yield* below(change.path, change.after)
}

function* below(path: string, value: Json | undefined): Generator<string> {
  if (value === undefined) return
  if (isJsonObject(value) && Object.keys(value).length > 0)
    for (const [name, item] of Object.entries(value)) {
      if (path === '' && (name === 'apiVersion' || name === 'kind' || name === 'metadata')) continue
      yield* below(`${path}/${name.replaceAll('/', '~1')}`, item)
    }
  else if (Array.isArray(value) && value.length > 0)
    for (const [index, item] of value.entries()) yield* below(`${path}/${index}`, item as Json)
  else yield path
}
