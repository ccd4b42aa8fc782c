import { textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'

/** Hooks of Helm and Argo CD are deleted by them. */
const deleted = ['helm.sh/hook-delete-policy', 'argocd.argoproj.io/hook-delete-policy']

export const jobTtl = defineRule({
  id: 'job-ttl',
  severity: 'advice',
  title: 'A Job says how long it stays once it has ended.',
  page: 'https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/',
  check: ({ kind, group, spec, annotations }) => {
    if (kind !== 'Job' || group !== 'batch') return undefined
    if (typeof spec.ttlSecondsAfterFinished === 'number') return []
    if (deleted.some((name) => textOf(annotations[name]) !== undefined)) return []
    return [
      {
        path: '/spec/ttlSecondsAfterFinished',
        message: 'does not say how long it stays once it has ended: it and its pods stay for ever',
        fix: 'Add:\n\n  spec:\n    ttlSecondsAfterFinished: 86400',
      },
    ]
  },
})
