import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { sameNamespace } from '../rendering/selector.ts'
import { mapOf, mapsOf, textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachPod } from './each-container.ts'

export const serviceAccount = defineRule({
  id: 'service-account',
  severity: 'advice',
  title: 'A pod that has a token for the API server needs it, and has an account of its own.',
  page: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting',
  check: (subject, { rendering }) =>
    eachPod(subject, ({ podSpec, podPath }) => {
      const account = textOf(podSpec.serviceAccountName) ?? textOf(podSpec.serviceAccount) ?? 'default'
      const [object] = rendering.named('', 'ServiceAccount', account, subject.namespace)
      const mounted = podSpec.automountServiceAccountToken ?? object?.object.automountServiceAccountToken
      if (mounted === false) return []
      if (account === 'default')
        return [
          {
            path: podPath,
            message:
              'runs under the default account with its token: what is granted to one is granted to all',
            fix: 'Give it an account of its own, or no token:\n\n  automountServiceAccountToken: false',
          },
        ]
      if (isBound(account, subject.namespace, rendering)) return []
      return [
        {
          path: podPath,
          message: `mounts the token of account ${account.slice(0, 253)}, to which no role is bound here`,
          fix: 'Leave it out:\n\n  automountServiceAccountToken: false',
        },
      ]
    }),
})

function isBound(account: string, namespace: string | undefined, rendering: RenderingIndex): boolean {
  const subjects = rendering.once('bound-subjects', () =>
    Map.groupBy(
      ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) =>
        rendering
          .ofKind('rbac.authorization.k8s.io', kind)
          .flatMap((binding) =>
            mapsOf(binding.object.subjects).map((each) => ({ each, home: binding.namespace })),
          ),
      ),
      ({ each }) => `${textOf(each.kind) ?? ''}/${textOf(each.name) ?? ''}`,
    ),
  )
  const direct = (subjects.get(`ServiceAccount/${account}`) ?? []).some(({ each, home }) =>
    sameNamespace(textOf(mapOf(each).namespace) ?? home, namespace),
  )
  return (
    direct ||
    subjects.has('Group/system:serviceaccounts') ||
    (namespace !== undefined && subjects.has(`Group/system:serviceaccounts:${namespace}`))
  )
}
