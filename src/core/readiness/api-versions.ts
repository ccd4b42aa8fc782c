/** One API version that went or goes away. Versions of Kubernetes as numbers of the minor release: 22 is 1.22. */
export interface ApiVersionEnd {
  readonly apiVersion: string
  /** Undefined: every kind of the version. */
  readonly kinds: readonly string[] | undefined
  readonly deprecated: number
  /** Undefined: deprecated, and no release without it is announced. */
  readonly removed: number | undefined
  /** What to use instead; undefined: nothing. */
  readonly use: string | undefined
}

function end(
  apiVersion: string,
  kinds: readonly string[] | undefined,
  deprecated: number,
  removed: number | undefined,
  use: string | undefined,
): ApiVersionEnd {
  return { apiVersion, kinds, deprecated, removed, use }
}

/**
 * Follows https://kubernetes.io/docs/reference/using-api/deprecation-guide/ and the prerelease lifecycle of k8s.io/api, as its authors
 * knew them in 2026-11: the page itself could not be read when this was written. Entries from 1.34 on deserve a second look.
 */
export const apiVersionEnds: readonly ApiVersionEnd[] = [
  end('extensions/v1beta1', ['Deployment', 'DaemonSet', 'ReplicaSet'], 8, 16, 'apps/v1'),
  end('extensions/v1beta1', ['NetworkPolicy'], 9, 16, 'networking.k8s.io/v1'),
  end('extensions/v1beta1', ['PodSecurityPolicy'], 11, 16, undefined),
  end('extensions/v1beta1', ['Ingress'], 14, 22, 'networking.k8s.io/v1'),
  end('apps/v1beta1', undefined, 8, 16, 'apps/v1'),
  end('apps/v1beta2', undefined, 9, 16, 'apps/v1'),
  end(
    'admissionregistration.k8s.io/v1beta1',
    ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
    16,
    22,
    'admissionregistration.k8s.io/v1',
  ),
  end('apiextensions.k8s.io/v1beta1', ['CustomResourceDefinition'], 16, 22, 'apiextensions.k8s.io/v1'),
  end('apiregistration.k8s.io/v1beta1', ['APIService'], 19, 22, 'apiregistration.k8s.io/v1'),
  end('authentication.k8s.io/v1beta1', ['TokenReview'], 19, 22, 'authentication.k8s.io/v1'),
  end('authorization.k8s.io/v1beta1', undefined, 19, 22, 'authorization.k8s.io/v1'),
  end('certificates.k8s.io/v1beta1', ['CertificateSigningRequest'], 19, 22, 'certificates.k8s.io/v1'),
  end('coordination.k8s.io/v1beta1', ['Lease'], 19, 22, 'coordination.k8s.io/v1'),
  end('networking.k8s.io/v1beta1', ['Ingress', 'IngressClass'], 19, 22, 'networking.k8s.io/v1'),
  end('rbac.authorization.k8s.io/v1alpha1', undefined, 17, 22, 'rbac.authorization.k8s.io/v1'),
  end('rbac.authorization.k8s.io/v1beta1', undefined, 17, 22, 'rbac.authorization.k8s.io/v1'),
  end('scheduling.k8s.io/v1alpha1', ['PriorityClass'], 14, 17, 'scheduling.k8s.io/v1'),
  end('scheduling.k8s.io/v1beta1', ['PriorityClass'], 14, 22, 'scheduling.k8s.io/v1'),
  end(
    'storage.k8s.io/v1beta1',
    ['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment'],
    19,
    22,
    'storage.k8s.io/v1',
  ),
  end('autoscaling/v2beta1', ['HorizontalPodAutoscaler'], 22, 25, 'autoscaling/v2'),
  end('autoscaling/v2beta2', ['HorizontalPodAutoscaler'], 23, 26, 'autoscaling/v2'),
  end('batch/v2alpha1', ['CronJob'], 8, 21, 'batch/v1'),
  end('batch/v1beta1', ['CronJob'], 21, 25, 'batch/v1'),
  end('discovery.k8s.io/v1beta1', ['EndpointSlice'], 21, 25, 'discovery.k8s.io/v1'),
  end('events.k8s.io/v1beta1', ['Event'], 19, 25, 'events.k8s.io/v1'),
  end('policy/v1beta1', ['PodDisruptionBudget'], 21, 25, 'policy/v1'),
  end('policy/v1beta1', ['PodSecurityPolicy'], 21, 25, undefined),
  end('node.k8s.io/v1beta1', ['RuntimeClass'], 20, 25, 'node.k8s.io/v1'),
  end('node.k8s.io/v1alpha1', ['RuntimeClass'], 20, 24, 'node.k8s.io/v1'),
  end('flowcontrol.apiserver.k8s.io/v1alpha1', undefined, 20, 24, 'flowcontrol.apiserver.k8s.io/v1'),
  end('flowcontrol.apiserver.k8s.io/v1beta1', undefined, 23, 26, 'flowcontrol.apiserver.k8s.io/v1'),
  end('flowcontrol.apiserver.k8s.io/v1beta2', undefined, 26, 29, 'flowcontrol.apiserver.k8s.io/v1'),
  end('flowcontrol.apiserver.k8s.io/v1beta3', undefined, 29, 32, 'flowcontrol.apiserver.k8s.io/v1'),
  end('storage.k8s.io/v1beta1', ['CSIStorageCapacity'], 24, 27, 'storage.k8s.io/v1'),
  end('storage.k8s.io/v1alpha1', ['CSIStorageCapacity'], 21, 24, 'storage.k8s.io/v1'),
  end('storage.k8s.io/v1beta1', ['VolumeAttributesClass'], 34, undefined, 'storage.k8s.io/v1'),
  end(
    'admissionregistration.k8s.io/v1beta1',
    ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'],
    30,
    34,
    'admissionregistration.k8s.io/v1',
  ),
  end('networking.k8s.io/v1beta1', ['IPAddress', 'ServiceCIDR'], 34, 37, 'networking.k8s.io/v1'),
  end('resource.k8s.io/v1beta1', undefined, 34, undefined, 'resource.k8s.io/v1'),
  end('resource.k8s.io/v1beta2', undefined, 35, undefined, 'resource.k8s.io/v1'),
  end('v1', ['ComponentStatus'], 19, undefined, undefined),
  end('v1', ['Endpoints'], 33, undefined, 'discovery.k8s.io/v1 EndpointSlice'),
]

/** The end of an API version for a kind; undefined: none is known. */
export function endOf(apiVersion: string, kind: string): ApiVersionEnd | undefined {
  return apiVersionEnds.find(
    (each) => each.apiVersion === apiVersion && (each.kinds === undefined || each.kinds.includes(kind)),
  )
}

/** `1.34` is 34. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? Number.NaN)
}
