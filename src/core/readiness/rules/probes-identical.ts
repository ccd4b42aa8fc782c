import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { probeText } from './probes.ts'

export const probesIdentical = defineRule({
  id: 'probes-identical',
  severity: 'warning',
  title: 'Readiness and liveness do not ask the same thing with the same timing.',
  page: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
  check: (subject) =>
    eachContainer(subject, (container) => {
      const readiness = probeText(container, 'readinessProbe')
      if (readiness === undefined || readiness !== probeText(container, 'livenessProbe')) return []
      return [
        {
          path: container.path,
          message: `container ${container.name}: readiness and liveness probe ask the same thing with the same timing, so a busy container is restarted instead of spared`,
          fix: 'Let liveness ask less, or wait longer:\n\n  livenessProbe:\n    failureThreshold: 10',
        },
      ]
    }),
})
