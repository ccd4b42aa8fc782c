import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'

export const cronjobDeadline = defineRule({
  id: 'cronjob-deadline',
  severity: 'advice',
  title: 'A CronJob says how late it may start.',
  page: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline',
  check: ({ kind, group, object }) => {
    if (kind !== 'CronJob' || group !== 'batch') return undefined
    if (typeof mapOf(object.spec).startingDeadlineSeconds === 'number') return []
    return [
      {
        path: '/spec/startingDeadlineSeconds',
        message: 'says no starting deadline: after 100 missed runs it never starts again',
        fix: 'Add:\n\n  spec:\n    startingDeadlineSeconds: 300',
      },
    ]
  },
})
