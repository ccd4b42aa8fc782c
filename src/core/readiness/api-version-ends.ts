/** One API version that went or goes away. Versions of Kubernetes as numbers of the minor release: 22 is 1.22. */
export interface ApiVersionEnd {
  readonly apiVersion: string
  readonly kinds: readonly string[]
  readonly deprecated: number
  /** Undefined: deprecated, and no release without it is announced. */
  readonly removed: number | undefined
  /** What to use instead; undefined: nothing. */
  readonly use: string | undefined
  /** Where it is said. */
  readonly source: string
}

/**
 * The prerelease lifecycle of the Go module k8s.io/api v0.37.2 of 2026-10-28 (Kubernetes 1.37): `zz_generated.prerelease-lifecycle.go`, which
 * the API server itself follows. https://kubernetes.io/docs/reference/using-api/deprecation-guide/ tells the same in prose.
 */
const lifecycle = 'k8s.io/api v0.37.2'

function end(
  apiVersion: string,
  kinds: readonly string[],
  deprecated: number,
  removed: number | undefined,
  use: string | undefined,
  source = lifecycle,
): ApiVersionEnd {
  return { apiVersion, kinds, deprecated, removed, use, source }
}

/** Ends that lie ahead are as announced; a later release can put them off. */
export const apiVersionEnds: readonly ApiVersionEnd[] = [
  end(
    'admissionregistration.k8s.io/v1alpha1',
    ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    29,
    32,
    'admissionregistration.k8s.io/v1',
  ),
  end(
    'admissionregistration.k8s.io/v1alpha1',
    ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
    35,
    38,
    'admissionregistration.k8s.io/v1',
  ),
  end(
    'admissionregistration.k8s.io/v1beta1',
    ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
    16,
    22,
    'admissionregistration.k8s.io/v1',
  ),
  end(
    'admissionregistration.k8s.io/v1beta1',
    ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    31,
    34,
    'admissionregistration.k8s.io/v1',
  ),
  end(
    'admissionregistration.k8s.io/v1beta1',
    ['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding'],
    37,
    40,
    'admissionregistration.k8s.io/v1',
  ),
  end(
    'apiextensions.k8s.io/v1beta1',
    ['CustomResourceDefinition'],
    16,
    22,
    'apiextensions.k8s.io/v1',
    'k8s.io/apiextensions-apiserver v0.37.2',
  ),
  end(
    'apiregistration.k8s.io/v1beta1',
    ['APIService'],
    19,
    22,
    'apiregistration.k8s.io/v1',
    'k8s.io/kube-aggregator v0.37.2',
  ),
  end('apps/v1beta1', ['ControllerRevision', 'Deployment', 'StatefulSet'], 8, 16, 'apps/v1'),
  end(
    'apps/v1beta2',
    ['ControllerRevision', 'DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
    9,
    16,
    'apps/v1',
  ),
  end('authentication.k8s.io/v1alpha1', ['SelfSubjectReview'], 29, 32, 'authentication.k8s.io/v1'),
  end('authentication.k8s.io/v1beta1', ['TokenReview'], 19, 22, 'authentication.k8s.io/v1'),
  end('authentication.k8s.io/v1beta1', ['SelfSubjectReview'], 30, 33, 'authentication.k8s.io/v1'),
  end(
    'authorization.k8s.io/v1beta1',
    ['LocalSubjectAccessReview', 'SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview'],
    19,
    22,
    'authorization.k8s.io/v1',
  ),
  end('autoscaling/v2beta1', ['HorizontalPodAutoscaler'], 22, 25, 'autoscaling/v2', 'k8s.io/api v0.25.16'),
  end('autoscaling/v2beta2', ['HorizontalPodAutoscaler'], 23, 26, 'autoscaling/v2', 'k8s.io/api v0.25.16'),
  end('batch/v1beta1', ['CronJob'], 21, 25, 'batch/v1'),
  end('batch/v2alpha1', ['CronJob'], 8, 21, 'batch/v1', 'there in k8s.io/api v0.20.15 and not in v0.22.17'),
  end('certificates.k8s.io/v1alpha1', ['ClusterTrustBundle'], 34, 37, 'certificates.k8s.io/v1'),
  end('certificates.k8s.io/v1beta1', ['CertificateSigningRequest'], 19, 22, 'certificates.k8s.io/v1'),
  end(
    'certificates.k8s.io/v1beta1',
    ['ClusterTrustBundle', 'PodCertificateRequest'],
    37,
    40,
    'certificates.k8s.io/v1',
  ),
  end('coordination.k8s.io/v1alpha2', ['LeaseCandidate'], 35, 38, 'coordination.k8s.io/v1beta1'),
  end('coordination.k8s.io/v1beta1', ['Lease'], 19, 22, 'coordination.k8s.io/v1'),
  end('coordination.k8s.io/v1beta1', ['LeaseCandidate'], 36, 39, undefined),
  end('discovery.k8s.io/v1beta1', ['EndpointSlice'], 21, 25, 'discovery.k8s.io/v1'),
  end('events.k8s.io/v1beta1', ['Event'], 22, 25, 'events.k8s.io/v1'),
  end('extensions/v1beta1', ['DaemonSet', 'Deployment', 'ReplicaSet'], 8, 16, 'apps/v1'),
  end('extensions/v1beta1', ['NetworkPolicy'], 9, 16, 'networking.k8s.io/v1'),
  end('extensions/v1beta1', ['PodSecurityPolicy'], 11, 16, undefined, 'k8s.io/api v0.25.16'),
  end('extensions/v1beta1', ['Ingress'], 14, 22, 'networking.k8s.io/v1'),
  end(
    'flowcontrol.apiserver.k8s.io/v1alpha1',
    ['FlowSchema', 'PriorityLevelConfiguration'],
    20,
    21,
    'flowcontrol.apiserver.k8s.io/v1',
    'k8s.io/api v0.25.16',
  ),
  end(
    'flowcontrol.apiserver.k8s.io/v1beta1',
    ['FlowSchema', 'PriorityLevelConfiguration'],
    23,
    26,
    'flowcontrol.apiserver.k8s.io/v1',
  ),
  end(
    'flowcontrol.apiserver.k8s.io/v1beta2',
    ['FlowSchema', 'PriorityLevelConfiguration'],
    26,
    29,
    'flowcontrol.apiserver.k8s.io/v1',
  ),
  end(
    'flowcontrol.apiserver.k8s.io/v1beta3',
    ['FlowSchema', 'PriorityLevelConfiguration'],
    29,
    32,
    'flowcontrol.apiserver.k8s.io/v1',
  ),
  end('networking.k8s.io/v1beta1', ['Ingress', 'IngressClass'], 19, 22, 'networking.k8s.io/v1'),
  end('networking.k8s.io/v1beta1', ['IPAddress', 'ServiceCIDR'], 34, 37, 'networking.k8s.io/v1'),
  end(
    'node.k8s.io/v1alpha1',
    ['RuntimeClass'],
    20,
    24,
    'node.k8s.io/v1',
    'knowledge of the authors, not verified',
  ),
  end('node.k8s.io/v1beta1', ['RuntimeClass'], 22, 25, 'node.k8s.io/v1'),
  end('policy/v1beta1', ['PodDisruptionBudget'], 21, 25, 'policy/v1'),
  end('policy/v1beta1', ['PodSecurityPolicy'], 21, 25, undefined, 'k8s.io/api v0.25.16'),
  end('policy/v1beta1', ['Eviction'], 22, 25, 'policy/v1'),
  end(
    'rbac.authorization.k8s.io/v1alpha1',
    ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
    17,
    22,
    'rbac.authorization.k8s.io/v1',
    'k8s.io/api v0.24.17, comments of types.go',
  ),
  end(
    'rbac.authorization.k8s.io/v1beta1',
    ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
    17,
    22,
    'rbac.authorization.k8s.io/v1',
  ),
  end('resource.k8s.io/v1alpha3', ['DeviceTaintRule'], 36, 39, 'resource.k8s.io/v1beta2'),
  end(
    'resource.k8s.io/v1beta1',
    ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
    35,
    38,
    'resource.k8s.io/v1',
  ),
  end(
    'resource.k8s.io/v1beta2',
    ['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
    36,
    39,
    'resource.k8s.io/v1',
  ),
  end(
    'scheduling.k8s.io/v1alpha1',
    ['PriorityClass'],
    14,
    17,
    'scheduling.k8s.io/v1',
    'knowledge of the authors, not verified',
  ),
  end('scheduling.k8s.io/v1beta1', ['PriorityClass'], 14, 22, 'scheduling.k8s.io/v1'),
  end('storage.k8s.io/v1alpha1', ['CSIStorageCapacity', 'VolumeAttachment'], 21, 24, 'storage.k8s.io/v1'),
  end('storage.k8s.io/v1alpha1', ['VolumeAttributesClass'], 32, 35, 'storage.k8s.io/v1'),
  end('storage.k8s.io/v1beta1', ['CSINode'], 17, 22, 'storage.k8s.io/v1'),
  end(
    'storage.k8s.io/v1beta1',
    ['CSIDriver', 'StorageClass', 'VolumeAttachment'],
    19,
    22,
    'storage.k8s.io/v1',
  ),
  end('storage.k8s.io/v1beta1', ['CSIStorageCapacity'], 24, 27, 'storage.k8s.io/v1'),
  end('storage.k8s.io/v1beta1', ['VolumeAttributesClass'], 34, 37, 'storage.k8s.io/v1'),
  end('storagemigration.k8s.io/v1beta1', ['StorageVersionMigration'], 37, 40, 'storagemigration.k8s.io/v1'),
  end('v1', ['ComponentStatus'], 19, undefined, undefined, 'k8s.io/api v0.37.2, comments of types.go'),
  end(
    'v1',
    ['Endpoints'],
    33,
    undefined,
    'discovery.k8s.io/v1 EndpointSlice',
    'k8s.io/api v0.37.2, comments of types.go',
  ),
]
