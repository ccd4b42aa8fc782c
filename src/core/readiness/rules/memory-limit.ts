import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { amountOf } from './resource-amount.ts'

export const memoryLimit = defineRule({
  id: 'memory-limit',
  severity: 'warning',
  title: 'Every container has a memory limit.',
  page: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
  check: (subject) =>
    eachContainer(subject, (container, workload) =>
      amountOf(container, workload, 'limits', 'memory') !== undefined
        ? []
        : [
            {
              path: container.path,
              message: `container ${container.name} has no memory limit: it can take the memory of the whole node`,
              fix: 'Add to the container:\n\n  resources:\n    limits:\n      memory: 128Mi',
            },
          ],
    ),
})
