import { defineRule } from '../rule.ts'
import { networkPolicies } from './network-policies.ts'

export const networkPolicyTarget = defineRule({
  id: 'network-policy-target',
  severity: 'advice',
  title: 'A NetworkPolicy selects pods.',
  page: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  check: (subject, { rendering }) => {
    const own = rendering
      .once('network-policies by resource', () =>
        Map.groupBy(networkPolicies(rendering), (each) => each.subject.resource),
      )
      .get(subject.resource)
    if (own === undefined) return undefined
    if (own.some(({ covered }) => covered().length > 0)) return []
    return [
      {
        path: '',
        message: 'selects no pod of this environment: it protects nothing',
        fix: 'Select labels that the pods have:\n\n  spec:\n    podSelector:\n      matchLabels:\n        app: web',
      },
    ]
  },
})
