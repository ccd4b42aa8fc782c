import type { Risk } from '../change.ts'
import { valueAt } from '../field-path.ts'
import { isJsonList, isJsonObject, scalarText } from '../read-yaml.ts'
import type { Json, Resource } from '../resource.ts'
import { sameJson } from '../same-json.ts'
import { groupOf, type RiskRule } from './subject.ts'

/** Verbs and resources that lead to more rights. https://kubernetes.io/docs/concepts/security/rbac-good-practices/ */
const strongVerbs = new Set(['*', 'escalate', 'bind', 'impersonate'])
const strongResources = new Set([
  '*',
  'secrets',
  'pods/exec',
  'nodes/proxy',
  'serviceaccounts/token',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
])

/** What is newly allowed, in words. Rights are compared one by one, so that reordering rules says nothing. */
export const permissionRisks: RiskRule = ({ before, after }) => {
  if (after === undefined || groupOf(after) !== 'rbac.authorization.k8s.io') return []
  return after.kind.endsWith('Binding') ? bindingRisks(before, after) : roleRisks(before, after)
}

function roleRisks(before: Resource | undefined, after: Resource): readonly Risk[] {
  const known = new Set(before === undefined ? [] : rights(before))
  const gained = rights(after).filter((right) => !isCovered(right, known))
  if (gained.length === 0) return aggregated(before, after)
  const isStrong = (right: string): boolean => {
    const [verb = '', , resource = ''] = right.split(' ')
    return strongVerbs.has(verb) || strongResources.has(resource)
  }
  const strong = gained.some(isStrong)
  const shown = [...gained.filter(isStrong), ...gained.filter((right) => !isStrong(right))]
  const more = shown.length > 5 ? ` and ${shown.length - 5} more` : ''
  return [
    ...aggregated(before, after),
    {
      id: 'rbac-widened',
      severity: strong ? 'danger' : 'warning',
      message: `newly allowed: ${shown.slice(0, 5).join(', ')}${more}`,
    },
  ]
}

/** A right that a star gave before is not new. Stars of names and of one group are compared as they are written. */
function isCovered(right: string, known: ReadonlySet<string>): boolean {
  if (known.has(right)) return true
  const [, verb = '', object = ''] = /^(\S+) on (.+)$/.exec(right) ?? []
  const group = / of (\S+)$/.exec(object)?.[1]
  const objects = [
    object,
    group === undefined ? '*' : `* of ${group}`,
    '* of *',
    object.replace(/ named .*$/, ''),
  ]
  return [verb, '*'].some((each) => objects.some((what) => known.has(`${each} on ${what}`)))
}

/** What an aggregated role allows is decided by labels of other roles. */
function aggregated(before: Resource | undefined, after: Resource): readonly Risk[] {
  const [from, to] = [before?.object.aggregationRule, after.object.aggregationRule]
  if (to === undefined || to === null || sameJson(from, to)) return []
  return [
    {
      id: 'rbac-aggregated',
      severity: 'warning',
      message: 'gets the rights of every role with labels that it selects',
    },
  ]
}

/** `get on secrets`, one per verb and resource. */
function rights(role: Resource): readonly string[] {
  const { rules } = role.object
  return (isJsonList(rules) ? rules : []).flatMap((rule) => {
    if (!isJsonObject(rule)) return []
    const groups = texts(rule.apiGroups)
    const names = texts(rule.resourceNames)
    const suffix = names.length === 0 ? '' : ` named ${names.join(' or ')}`
    const resources = texts(rule.resources).flatMap((resource) =>
      (groups.length === 0 ? [''] : groups).map((group) =>
        group === '' ? resource : `${resource} of ${group}`,
      ),
    )
    return texts(rule.verbs).flatMap((verb) =>
      [...resources, ...texts(rule.nonResourceURLs)].map((resource) => `${verb} on ${resource}${suffix}`),
    )
  })
}

function bindingRisks(before: Resource | undefined, after: Resource): readonly Risk[] {
  const isSameRole = sameJson(before?.object.roleRef, after.object.roleRef)
  const known = new Set(before === undefined || !isSameRole ? [] : subjects(before))
  const gained = subjects(after).filter((subject) => !known.has(subject))
  if (gained.length === 0) return []
  const role = scalarText(valueAt(after.object, 'roleRef.name'))
  const strong =
    role === 'cluster-admin' ||
    role === 'admin' ||
    gained.some((subject) => /system:(?:anonymous|unauthenticated|authenticated)/.test(subject))
  return [
    {
      id: 'rbac-bound',
      severity: strong || after.kind === 'ClusterRoleBinding' ? 'danger' : 'warning',
      message: `${gained.slice(0, 5).join(', ')} gets ${role}${after.kind === 'ClusterRoleBinding' ? ' in the whole cluster' : ''}`,
    },
  ]
}

function subjects(binding: Resource): readonly string[] {
  const { subjects: list } = binding.object
  return (isJsonList(list) ? list : [])
    .filter((subject) => isJsonObject(subject))
    .map(({ kind, namespace, name }) =>
      [scalarText(kind), `${typeof namespace === 'string' ? `${namespace}/` : ''}${scalarText(name)}`].join(
        ' ',
      ),
    )
}

function texts(value: Json | undefined): readonly string[] {
  return isJsonList(value) ? value.filter((item) => typeof item === 'string') : []
}
