import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { amountOf } from './resource-amount.ts'

export const cpuRequest = defineRule({
  id: 'cpu-request',
  severity: 'warning',
  title: 'Every container requests CPU.',
  page: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
  check: (subject) =>
    eachContainer(subject, (container, workload) =>
      amountOf(container, workload, 'requests', 'cpu') !== undefined
        ? []
        : [
            {
              path: container.path,
              message: `container ${container.name} has no CPU request: the scheduler does not know what it needs`,
              fix: 'Add to the container:\n\n  resources:\n    requests:\n      cpu: 100m',
            },
          ],
    ),
})
