import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer, isOnWindows } from './each-container.ts'

export const privilegeEscalation = defineRule({
  id: 'privilege-escalation',
  severity: 'warning',
  title: 'No process can gain more privileges than its parent: `allowPrivilegeEscalation` is false.',
  page: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }, workload) =>
      isOnWindows(workload) || mapOf(object.securityContext).allowPrivilegeEscalation === false
        ? []
        : [
            {
              path: `${path}/securityContext/allowPrivilegeEscalation`,
              message: `container ${name} does not forbid privilege escalation: a setuid program can become root`,
              fix: 'Add to the container:\n\n  securityContext:\n    allowPrivilegeEscalation: false',
            },
          ],
    ),
})
