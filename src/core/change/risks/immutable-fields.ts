import type { Risk } from '../change.ts'
import { groupOf, type RiskRule } from './subject.ts'

interface Immutable {
  readonly group: RegExp
  readonly kind: RegExp
  readonly path: RegExp
  readonly id: string
  readonly what: string
}

/** Fields that the API server refuses to change on an object that exists. https://kubernetes.io/docs/concepts/workloads/ */
const immutableFields: readonly Immutable[] = [
  {
    group: /^apps$/,
    kind: /^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet)$/,
    path: /^\/spec\/selector(?:\/|$)/,
    id: 'selector-immutable',
    what: 'its selector',
  },
  {
    group: /^apps$/,
    kind: /^StatefulSet$/,
    path: /^\/spec\/volumeClaimTemplates(?:\/|$)/,
    id: 'volume-claim-templates-immutable',
    what: 'volumeClaimTemplates',
  },
  {
    group: /^apps$/,
    kind: /^StatefulSet$/,
    path: /^\/spec\/(?:serviceName|podManagementPolicy)$/,
    id: 'statefulset-field-immutable',
    what: 'serviceName or podManagementPolicy',
  },
  {
    group: /^batch$/,
    kind: /^Job$/,
    path: /^\/spec\/(?:template|selector|completionMode|podFailurePolicy)(?:\/|$)/,
    id: 'job-template-immutable',
    what: 'its pod template',
  },
  {
    group: /^$/,
    kind: /^Service$/,
    path: /^\/spec\/(?:clusterIP|clusterIPs(?:\/.*)?)$/,
    id: 'cluster-ip-immutable',
    what: 'clusterIP',
  },
  {
    group: /^$/,
    kind: /^PersistentVolumeClaim$/,
    path: /^\/spec\/(?:storageClassName|accessModes(?:\/.*)?|volumeMode|volumeName|selector(?:\/.*)?|dataSource(?:\/.*)?)$/,
    id: 'claim-immutable',
    what: 'anything but its size',
  },
  {
    group: /^storage\.k8s\.io$/,
    kind: /^StorageClass$/,
    path: /^\/(?:provisioner|parameters(?:\/.*)?|reclaimPolicy|volumeBindingMode)$/,
    id: 'storage-class-immutable',
    what: 'provisioner, parameters, reclaimPolicy or volumeBindingMode',
  },
  {
    group: /^rbac\.authorization\.k8s\.io$/,
    kind: /^(?:RoleBinding|ClusterRoleBinding)$/,
    path: /^\/roleRef(?:\/|$)/,
    id: 'role-ref-immutable',
    what: 'roleRef',
  },
  { group: /^$/, kind: /^Secret$/, path: /^\/type$/, id: 'secret-type-immutable', what: 'its type' },
  {
    group: /^scheduling\.k8s\.io$/,
    kind: /^PriorityClass$/,
    path: /^\/value$/,
    id: 'priority-immutable',
    what: 'its value',
  },
]

export const immutableFieldRisks: RiskRule = ({ action, renamed, before, after, changes }) => {
  if (action !== 'changed' || renamed || before === undefined || after === undefined) return []
  const risks: Risk[] = immutableFields
    .filter(
      ({ group, kind, path }) =>
        group.test(groupOf(after)) &&
        kind.test(after.kind) &&
        changes.some((change) => path.test(change.path)),
    )
    .map(({ id, what }) => ({
      id,
      severity: 'danger',
      message: `Kubernetes refuses to change ${what} of an existing ${after.kind}: it must be deleted and created again`,
    }))
  const isData = (path: string): boolean => /^\/(?:data|binaryData|stringData|immutable)(?:\/|$)/.test(path)
  if (
    before.object.immutable === true &&
    before.name === after.name &&
    changes.some(({ path }) => isData(path))
  )
    risks.push({
      id: 'content-immutable',
      severity: 'danger',
      message: `this ${after.kind} is marked immutable: Kubernetes refuses to change its content`,
    })
  return risks
}
