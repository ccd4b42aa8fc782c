import { defineRule } from '../rule.ts'
import { mapOf } from '../rendering/subject.ts'
import { eachContainer } from './each-container.ts'

export const runAsNonRoot = defineRule({
  id: 'run-as-non-root',
  severity: 'warning',
  title: 'Every container is kept from running as root, by `runAsNonRoot` or by its user.',
  page: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }, { podSpec }) => {
      const [own, pod] = [mapOf(object.securityContext), mapOf(podSpec.securityContext)]
      if ((own.runAsNonRoot ?? pod.runAsNonRoot) === true) return []
      const user = own.runAsUser ?? pod.runAsUser
      if (user !== undefined && user !== null && user !== 0 && user !== '0') return []
      return [
        {
          path,
          message:
            user === undefined || user === null
              ? `container ${name} may run as root: nothing says that it does not`
              : `container ${name} runs as root (runAsUser 0)`,
          fix: 'Add to the container, or to the pod:\n\n  securityContext:\n    runAsNonRoot: true\n    runAsUser: 10001',
        },
      ]
    }),
})
