import { textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'

export const cronjobConcurrency = defineRule({
  id: 'cronjob-concurrency',
  severity: 'advice',
  title: 'A CronJob says whether its runs may overlap.',
  page: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy',
  check: ({ kind, group, spec }) => {
    if (kind !== 'CronJob' || group !== 'batch') return undefined
    if (textOf(spec.concurrencyPolicy) !== undefined) return []
    return [
      {
        path: '/spec/concurrencyPolicy',
        message: 'does not say whether runs may overlap: a slow one is joined by the next',
        fix: 'Add:\n\n  spec:\n    concurrencyPolicy: Forbid',
      },
    ]
  },
})
