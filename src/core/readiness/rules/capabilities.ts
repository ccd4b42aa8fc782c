import { mapOf, textsOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer, isOnWindows } from './each-container.ts'

/** What the Baseline profile allows to add. */
const harmless = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

export const capabilities = defineRule({
  id: 'capabilities',
  severity: 'warning',
  title: 'Every container drops all capabilities (else: advice) and adds none that is dangerous.',
  page: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }, workload) => {
      if (isOnWindows(workload)) return []
      const given = mapOf(mapOf(object.securityContext).capabilities)
      const dangerous = textsOf(given.add)
        .map(plain)
        .filter((each) => !harmless.has(each))
      const dropsAll = textsOf(given.drop).some((each) => plain(each) === 'ALL')
      const at = `${path}/securityContext/capabilities`
      return [
        ...(dangerous.length === 0
          ? []
          : [
              {
                path: `${at}/add`,
                message: `container ${name} adds ${dangerous.slice(0, 10).join(', ')}: that comes close to root on the node`,
                fix: 'Remove what is not needed:\n\n  securityContext:\n    capabilities:\n      drop: [ALL]\n      add: [NET_BIND_SERVICE]',
              },
            ]),
        ...(dropsAll
          ? []
          : [
              {
                path: `${at}/drop`,
                message: `container ${name} keeps the capabilities that it was not given on purpose`,
                fix: 'Add to the container:\n\n  securityContext:\n    capabilities:\n      drop: [ALL]',
                severity: 'advice' as const,
              },
            ]),
      ]
    }),
})

function plain(capability: string): string {
  return capability.toUpperCase().replace(/^CAP_/, '')
}
