import { defineRule } from '../rule.ts'
import { eachPod } from './each-container.ts'

const fields = {
  hostNetwork: 'the network of the node',
  hostPID: 'the processes of the node',
  hostIPC: 'the shared memory of the node',
} as const

export const hostNamespaces = defineRule({
  id: 'host-namespaces',
  severity: 'danger',
  title: 'No pod shares network, processes or memory with its node.',
  page: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  check: (subject) =>
    eachPod(subject, ({ podSpec, podPath }) =>
      Object.entries(fields)
        .filter(([field]) => podSpec[field] === true)
        .map(([field, what]) => ({
          path: `${podPath}/${field}`,
          message: `its pods share ${what} (${field})`,
          fix: `Remove it:\n\n  ${field}: false`,
        })),
    ),
})
