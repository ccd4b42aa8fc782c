import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { amountOf } from './resource-amount.ts'

const resource = 'ephemeral-storage'

export const ephemeralStorage = defineRule({
  id: 'ephemeral-storage',
  severity: 'advice',
  title: 'Every container has a request or a limit for ephemeral storage.',
  page: 'https://kubernetes.io/docs/concepts/storage/ephemeral-storage/',
  check: (subject) =>
    eachContainer(subject, (container, workload) =>
      amountOf(container, workload, 'requests', resource) !== undefined ||
      amountOf(container, workload, 'limits', resource) !== undefined
        ? []
        : [
            {
              path: container.path,
              message: `container ${container.name} has neither a request nor a limit for ephemeral storage: its logs and files can fill the disk of the node`,
              fix: 'Add to the container:\n\n  resources:\n    limits:\n      ephemeral-storage: 1Gi',
            },
          ],
    ),
})
