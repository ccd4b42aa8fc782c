import { mapsOf, textsOf, type Subject } from '../rendering/subject.ts'

export interface RbacRule {
  readonly path: string
  readonly verbs: readonly string[]
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  /** Empty: every object. */
  readonly names: readonly string[]
}

/** Rules of a Role or ClusterRole; undefined for anything else. */
export function rbacRules({ kind, group, object }: Subject): readonly RbacRule[] | undefined {
  if (group !== 'rbac.authorization.k8s.io' || (kind !== 'Role' && kind !== 'ClusterRole')) return undefined
  return mapsOf(object.rules).map((rule, index) => ({
    path: `/rules/${index}`,
    verbs: textsOf(rule.verbs),
    groups: textsOf(rule.apiGroups),
    resources: textsOf(rule.resources),
    names: textsOf(rule.resourceNames),
  }))
}
