import type { Risk } from '../change.ts'
import { valueAt } from '../field-path.ts'
import { compareQuantities } from '../quantity.ts'
import { isJsonObject } from '../read-yaml.ts'
import type { Resource } from '../resource.ts'
import { inWords, type RiskRule } from './subject.ts'

/** Kinds whose removal takes data or whole groups of objects with it. */
const losses: Readonly<Record<string, { readonly id: string; readonly message: string }>> = {
  PersistentVolumeClaim: {
    id: 'claim-removed',
    message: 'removing the claim deletes its data where the reclaim policy is Delete',
  },
  PersistentVolume: { id: 'volume-removed', message: 'removing the volume can delete the data on it' },
  Namespace: { id: 'namespace-removed', message: 'removing the namespace deletes everything in it' },
  CustomResourceDefinition: {
    id: 'crd-removed',
    message: 'removing the definition deletes every object of its kind in the cluster',
  },
  StatefulSet: {
    id: 'statefulset-removed',
    message: 'removing the StatefulSet stops it and leaves or deletes its volumes, by its retention policy',
  },
}

/** Kinds that keep something from happening: without them it may. */
const protections: Readonly<Record<string, string>> = {
  NetworkPolicy: 'without the policy its pods may be reached by whatever no other policy forbids',
  PodDisruptionBudget: 'without the budget all its pods may be evicted at once',
  ResourceQuota: 'without the quota its namespace may use everything',
  ValidatingWebhookConfiguration: 'without the webhook nothing it refused is refused any more',
  ValidatingAdmissionPolicy: 'without the policy nothing it refused is refused any more',
}

/** Annotations that make a deployer leave what is removed from Git. */
const kept: readonly (readonly [annotation: string, value: RegExp])[] = [
  ['argocd.argoproj.io/sync-options', /(?:^|,)\s*(?:Prune|Delete)=false/],
  ['kustomize.toolkit.fluxcd.io/prune', /^disabled$/],
  ['helm.sh/resource-policy', /^keep$/],
]

export const dataLossRisks: RiskRule = ({ action, renamed, before, after }) => {
  if (before === undefined) return []
  const gone = losses[before.kind]
  if (action === 'removed' || renamed)
    return [
      ...(Object.hasOwn(losses, before.kind) && gone !== undefined
        ? [{ ...gone, severity: 'danger' } as const]
        : []),
      ...unprotected(before),
      ...staying(before),
    ]
  return after === undefined ? [] : [...shrunk(before, after), ...policies(before, after)]
}

function unprotected({ kind }: Resource): readonly Risk[] {
  const message = Object.hasOwn(protections, kind) ? protections[kind] : undefined
  return message === undefined ? [] : [{ id: 'protection-removed', severity: 'warning', message }]
}

function staying({ object }: Resource): readonly Risk[] {
  const annotations = valueAt(object, 'metadata.annotations')
  const found = kept.find(
    ([name, value]) => isJsonObject(annotations) && value.test(inWords(annotations[name])),
  )
  return found === undefined
    ? []
    : [{ id: 'stays', severity: 'advice', message: `stays in the cluster: ${found[0]} says so` }]
}

function shrunk(before: Resource, after: Resource): readonly Risk[] {
  if (after.kind !== 'PersistentVolumeClaim') return []
  const [from, to] = [before, after].map((side) => valueAt(side.object, 'spec.resources.requests.storage'))
  if (from == null || to == null || (compareQuantities(inWords(to), inWords(from)) ?? 0) >= 0) return []
  return [
    {
      id: 'claim-shrunk',
      severity: 'danger',
      message: `a claim cannot shrink: Kubernetes refuses to go from ${inWords(from)} to ${inWords(to)}`,
    },
  ]
}

/** Settings that say what happens to data later. */
function policies(before: Resource, after: Resource): readonly Risk[] {
  const becomesDelete = [
    'spec.persistentVolumeReclaimPolicy',
    'reclaimPolicy',
    'spec.persistentVolumeClaimRetentionPolicy.whenDeleted',
    'spec.persistentVolumeClaimRetentionPolicy.whenScaled',
  ].filter((path) => valueAt(after.object, path) === 'Delete' && valueAt(before.object, path) !== 'Delete')
  return becomesDelete.map((path) => ({
    id: 'reclaim-delete',
    severity: 'danger',
    message: `${path.split('.').at(-1)} becomes Delete: data goes when the object goes`,
  }))
}
