import type { Json } from '../../change/resource.ts'
import { readSelector, selects } from '../rendering/selector.ts'
import { mapOf, mapsOf, textsOf, type Subject } from '../rendering/subject.ts'

/** Whether a rule is about a resource. */
export type Matcher = (subject: Subject) => boolean

/**
 * `matchConstraints` of an admission policy: groups, versions and resources (plural, as the API server names them), selectors of labels,
 * exclusions. For rules in CEL also `kinds: [Deployment]`. Nothing: every resource.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#match-constraints
 */
export function readMatcher(value: Json | undefined): Matcher {
  const match = mapOf(value)
  const kinds = textsOf(match.kinds)
  const included = mapsOf(match.resourceRules).map(readRule)
  const excluded = mapsOf(match.excludeResourceRules).map(readRule)
  const objects = readSelector(match.objectSelector)
  const namespaces = readSelector(match.namespaceSelector)
  return (subject) => {
    if (kinds.length > 0 && !kinds.includes(subject.kind)) return false
    if (included.length > 0 && !included.some((rule) => rule(subject))) return false
    if (excluded.some((rule) => rule(subject))) return false
    if (objects !== undefined && !selects(objects, subject.labels)) return false
    // Of a namespace only its name is known here.
    const label = { 'kubernetes.io/metadata.name': subject.namespace }
    return namespaces === undefined || subject.namespace === undefined || selects(namespaces, label)
  }
}

function readRule(rule: ReturnType<typeof mapOf>): Matcher {
  const groups = textsOf(rule.apiGroups)
  const versions = textsOf(rule.apiVersions)
  const resources = textsOf(rule.resources)
  const operations = textsOf(rule.operations)
  const names = textsOf(rule.resourceNames)
  const admits =
    operations.length === 0 || operations.some((each) => ['*', 'CREATE', 'UPDATE'].includes(each))
  const allows = (list: readonly string[], word: string): boolean => list.includes('*') || list.includes(word)
  return ({ resource, group, kind, name }) => {
    const version = resource.apiVersion.slice(resource.apiVersion.indexOf('/') + 1)
    return (
      admits &&
      allows(groups, group) &&
      (allows(versions, version) || rule.matchPolicy === 'Equivalent') &&
      (allows(resources, pluralOf(kind)) || resources.includes('*/*')) &&
      (names.length === 0 || names.includes(name))
    )
  }
}

/** The plural under which the API server serves a kind. */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase()
  if (lower === 'endpoints') return lower
  if (/(?:s|x|ch|sh)$/.test(lower)) return `${lower}es`
  return /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`
}
