import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer, isOnWindows } from './each-container.ts'

export const seccomp = defineRule({
  id: 'seccomp',
  severity: 'advice',
  title: 'Every container runs under a seccomp profile: RuntimeDefault or Localhost.',
  page: 'https://kubernetes.io/docs/tutorials/security/seccomp/',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }, workload) => {
      if (isOnWindows(workload)) return []
      const { podSpec } = workload
      const own = mapOf(mapOf(object.securityContext).seccompProfile).type
      const type = own ?? mapOf(mapOf(podSpec.securityContext).seccompProfile).type
      if (type === 'RuntimeDefault' || type === 'Localhost') return []
      return [
        {
          path,
          message: `container ${name} has ${type === 'Unconfined' ? 'an unconfined' : 'no'} seccomp profile: every system call is open to it`,
          fix: "Add to the container, or to the pod's spec:\n\n  securityContext:\n    seccompProfile:\n      type: RuntimeDefault",
        },
      ]
    }),
})
