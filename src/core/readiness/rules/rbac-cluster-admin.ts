import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'

export const rbacClusterAdmin = defineRule({
  id: 'rbac-cluster-admin',
  severity: 'danger',
  title: 'Nobody is bound to cluster-admin.',
  page: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege',
  check: ({ kind, group, object }) => {
    if (group !== 'rbac.authorization.k8s.io' || !kind.endsWith('Binding')) return undefined
    const { kind: roleKind, name } = mapOf(object.roleRef)
    if (name !== 'cluster-admin' || (roleKind !== undefined && roleKind !== 'ClusterRole')) return []
    return [
      {
        path: '/roleRef',
        message:
          kind === 'ClusterRoleBinding'
            ? 'gives every right in the whole cluster (cluster-admin)'
            : 'gives every right in its namespace (cluster-admin)',
        fix: 'Bind a role that names what is needed:\n\n  roleRef:\n    apiGroup: rbac.authorization.k8s.io\n    kind: Role\n    name: web',
      },
    ]
  },
})
