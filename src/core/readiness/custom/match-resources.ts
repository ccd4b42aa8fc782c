import type { Json, JsonObject } from '../../change/resource.ts'
import { readSelector, selects } from '../rendering/selector.ts'
import { mapOf, mapsOf, textOf, textsOf, type Subject } from '../rendering/subject.ts'

/** What matching asks besides the resource. */
export interface MatchContext {
  /** Labels of a namespace, as far as they are known: at least its name. */
  labelsOf(namespace: string): JsonObject
  readonly operation: 'CREATE' | 'UPDATE'
}

/** Whether a rule is about a resource. */
export type Matcher = (subject: Subject, context: MatchContext) => boolean

/**
 * `matchConstraints` of an admission policy, or `matchResources` of its binding: groups, versions, resources (plural, as the API server
 * names them), operations and scope, selectors of labels and namespaces, exclusions. For rules in CEL also `kinds: [Deployment]`. Nothing:
 * every resource. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#match-constraints
 */
export function readMatcher(value: Json | undefined): Matcher {
  const match = mapOf(value)
  const kinds = textsOf(match.kinds)
  // By default a request in another version of the same group is converted and matched.
  const isExact = match.matchPolicy === 'Exact'
  const included = mapsOf(match.resourceRules).map((rule) => readRule(rule, isExact))
  const excluded = mapsOf(match.excludeResourceRules).map((rule) => readRule(rule, isExact))
  const objects = readSelector(match.objectSelector)
  const namespaces = readSelector(match.namespaceSelector)
  return (subject, context) => {
    if (kinds.length > 0 && !kinds.includes(subject.kind)) return false
    if (included.length > 0 && !included.some((rule) => rule(subject, context))) return false
    if (excluded.some((rule) => rule(subject, context))) return false
    if (objects !== undefined && !selects(objects, subject.labels)) return false
    if (namespaces === undefined) return true
    // A Namespace is asked for its own labels; what has none is not concerned.
    if (subject.kind === 'Namespace' && subject.group === '')
      return selects(namespaces, { ...context.labelsOf(subject.name), ...subject.labels })
    return subject.namespace === undefined || selects(namespaces, context.labelsOf(subject.namespace))
  }
}

function readRule(rule: JsonObject, isExact: boolean): Matcher {
  const groups = textsOf(rule.apiGroups)
  const versions = textsOf(rule.apiVersions)
  const resources = textsOf(rule.resources)
  const operations = textsOf(rule.operations)
  const names = textsOf(rule.resourceNames)
  const scope = textOf(rule.scope) ?? '*'
  const allows = (list: readonly string[], word: string): boolean => list.includes('*') || list.includes(word)
  return ({ resource, group, kind, name, namespace }, { operation }) => {
    const version = resource.apiVersion.slice(resource.apiVersion.indexOf('/') + 1)
    const isOfCluster = namespace === undefined && isClusterScoped(kind)
    return (
      (operations.length === 0 || allows(operations, operation)) &&
      allows(groups, group) &&
      (allows(versions, version) || (!isExact && versions.length > 0)) &&
      (allows(resources, pluralOf(kind)) || resources.includes('*/*')) &&
      (names.length === 0 || names.includes(name)) &&
      (scope === '*' || (scope === 'Cluster') === isOfCluster)
    )
  }
}

/** Whether a kind of Kubernetes has no namespace. */
export function isClusterScoped(kind: string): boolean {
  return clusterScoped.has(kind)
}

const clusterScoped: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'StorageClass',
  'CSIDriver',
  'VolumeAttributesClass',
  'PriorityClass',
  'RuntimeClass',
  'IngressClass',
  'GatewayClass',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'CertificateSigningRequest',
])

/** The plural under which the API server serves a kind. */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase()
  if (lower === 'endpoints') return lower
  if (/(?:s|x|ch|sh)$/.test(lower)) return `${lower}es`
  return /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`
}
