import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { amountOf } from './resource-amount.ts'

export const cpuLimit = defineRule({
  id: 'cpu-limit',
  severity: 'advice',
  on: false,
  title: 'Every container has a CPU limit.',
  page: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
  check: (subject) =>
    eachContainer(subject, (container, workload) =>
      amountOf(container, workload, 'limits', 'cpu') !== undefined
        ? []
        : [
            {
              path: container.path,
              message: `container ${container.name} has no CPU limit: it can use all idle CPU of the node`,
              fix: 'Add to the container:\n\n  resources:\n    limits:\n      cpu: "1"',
            },
          ],
    ),
})
