import { defineRule } from '../rule.ts'
import { isolatedWorkloads } from './network-policies.ts'

export const networkPolicy = defineRule({
  id: 'network-policy',
  severity: 'warning',
  title: 'A NetworkPolicy for ingress selects the pods; one that denies everything counts.',
  page: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  check: ({ workload }, { rendering }) => {
    if (workload === undefined || rendering.isLender(workload)) return undefined
    if (isolatedWorkloads(rendering).has(workload)) return []
    return [
      {
        path: '',
        message: 'no NetworkPolicy for ingress selects its pods: every pod of the cluster can reach them',
        fix: `Say who may come in, with labels of the pods:\n\n  apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n  metadata:\n    name: ${workload.resource.name}\n  spec:\n    podSelector:\n      matchLabels:\n        app: ${workload.resource.name}\n    policyTypes: [Ingress]\n    ingress: []`,
      },
    ]
  },
})
