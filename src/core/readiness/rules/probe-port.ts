import { mapOf } from '../rendering/subject.ts'
import { defineRule, type Violation } from '../rule.ts'
import type { Container, Workload } from '../rendering/workload.ts'
import { eachContainer } from './each-container.ts'
import { probeFields } from './probes.ts'
import { declaresPort } from './service-ports.ts'

const handlers = ['httpGet', 'tcpSocket', 'grpc'] as const

export const probePort = defineRule({
  id: 'probe-port',
  severity: 'danger',
  title: 'A probe asks at a port that is declared; a named one, by its own container.',
  page: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port',
  check: (subject) =>
    eachContainer(subject, (container, workload) =>
      probeFields.flatMap((field) =>
        handlers.flatMap((handler) => judge(container, workload, field, handler)),
      ),
    ),
})

function judge(
  container: Container,
  workload: Workload,
  field: (typeof probeFields)[number],
  handler: (typeof handlers)[number],
): readonly Violation[] {
  const asked = mapOf(mapOf(container.object[field])[handler])
  const { port, host } = asked
  // Knative fills in port 0; a probe of another host says nothing about this container.
  if ((typeof port !== 'string' && typeof port !== 'number') || port === 0 || port === '') return []
  if (typeof host === 'string' && host !== '' && !['localhost', '127.0.0.1', '::1'].includes(host)) return []
  if (typeof port === 'string' && /[${]/.test(port)) return []
  const isDeclared =
    typeof port === 'number'
      ? workload.containers.some((each) => declaresPort(each, port))
      : declaresPort(container, port)
  if (isDeclared) return []
  const kind = field.replace('Probe', '')
  return [
    {
      path: `${container.path}/${field}/${handler}/port`,
      message:
        typeof port === 'number'
          ? `container ${container.name}: the ${kind} probe asks at port ${port}, which no container of the pod declares`
          : `container ${container.name}: the ${kind} probe asks at port "${port.slice(0, 63)}", which the container does not declare, so it always fails`,
      fix:
        typeof port === 'number'
          ? `Ask at a port that is there, or declare it:\n\n  ports:\n    - name: http\n      containerPort: ${port}`
          : `Name a port that is there, or declare it:\n\n  ports:\n    - name: ${port.slice(0, 15)}\n      containerPort: 8080`,
    },
  ]
}
