import { readLabelMap, readSelector, selects } from '../rendering/selector.ts'
import { defineRule } from '../rule.ts'

const selecting = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Rollout',
  'ReplicationController',
])

export const selectorMatch = defineRule({
  id: 'selector-match',
  severity: 'danger',
  title: "A workload's selector matches the labels of its own pods.",
  page: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector',
  check: ({ workload, kind, spec, resource }) => {
    if (workload === undefined || !selecting.has(kind)) return undefined
    const isOld = kind === 'ReplicationController'
    const selector = isOld ? readLabelMap(spec.selector) : readSelector(spec.selector)
    const isEmpty = selector === undefined || selector.equal.length + selector.expressions.length === 0
    // Older versions, and a Rollout that refers to a Deployment, fill it in.
    if (isEmpty && (isOld || workload.borrowed || !resource.apiVersion.endsWith('/v1'))) return []
    if (!isEmpty && selects(selector, workload.labels)) return []
    return [
      {
        path: '/spec/selector',
        message: isEmpty
          ? 'has no selector: the API server refuses it'
          : 'its selector does not match the labels of its own pods: the API server refuses it',
        fix: 'Let both say the same:\n\n  spec:\n    selector:\n      matchLabels:\n        app: web\n    template:\n      metadata:\n        labels:\n          app: web',
      },
    ]
  },
})
