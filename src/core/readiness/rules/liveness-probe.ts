import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachPod } from './each-container.ts'
import { lastingContainers } from './service-ports.ts'

export const livenessProbe = defineRule({
  id: 'liveness-probe',
  severity: 'advice',
  title: 'Every long-running container has a liveness probe.',
  page: 'https://kubernetes.io/docs/concepts/workloads/pods/probes/#liveness-probe',
  check: (subject) =>
    eachPod(subject, (workload) => {
      const { restartPolicy } = workload.podSpec
      if (workload.runsOnce || (restartPolicy !== undefined && restartPolicy !== 'Always')) return undefined
      return lastingContainers(workload)
        .filter(({ object }) => Object.keys(mapOf(object.livenessProbe)).length === 0)
        .map(({ name, path }) => ({
          path,
          message: `container ${name} has no liveness probe: when it hangs, nobody restarts it`,
          fix: 'Add to the container a question that only a hanging process fails:\n\n  livenessProbe:\n    httpGet:\n      path: /healthz\n      port: http',
        }))
    }),
})
