import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { amountOf } from './resource-amount.ts'

export const memoryRequest = defineRule({
  id: 'memory-request',
  severity: 'warning',
  title: 'Every container requests memory.',
  page: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
  check: (subject) =>
    eachContainer(subject, (container, workload) =>
      amountOf(container, workload, 'requests', 'memory') !== undefined
        ? []
        : [
            {
              path: container.path,
              message: `container ${container.name} has no memory request: the scheduler does not know what it needs`,
              fix: 'Add to the container:\n\n  resources:\n    requests:\n      memory: 128Mi',
            },
          ],
    ),
})
