import { defineRule } from '../rule.ts'

export const jobRestartPolicy = defineRule({
  id: 'job-restart-policy',
  severity: 'advice',
  title: 'A Job says whether its pods restart: OnFailure or Never.',
  page: 'https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template',
  check: ({ workload }) => {
    if (workload === undefined || !workload.runsOnce) return undefined
    const { restartPolicy } = workload.podSpec
    if (restartPolicy === 'OnFailure' || restartPolicy === 'Never') return []
    return [
      {
        path: `${workload.podPath}/restartPolicy`,
        message: 'does not say OnFailure or Never: the default, Always, is refused for Jobs',
        fix: "Add to the pod's spec:\n\n  restartPolicy: Never",
      },
    ]
  },
})
