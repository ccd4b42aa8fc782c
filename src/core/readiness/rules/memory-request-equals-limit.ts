import { isSameQuantity } from '../../change/quantity.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { amountOf } from './resource-amount.ts'

export const memoryRequestEqualsLimit = defineRule({
  id: 'memory-request-equals-limit',
  severity: 'advice',
  on: false,
  title: 'Every container requests as much memory as it may use.',
  page: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/',
  check: (subject) =>
    eachContainer(subject, (container, workload) => {
      const limit = amountOf(container, workload, 'limits', 'memory')
      // A limit without a request is a request of the same amount.
      const request = amountOf(container, workload, 'requests', 'memory') ?? limit
      if (
        request === limit ||
        (request !== undefined && limit !== undefined && isSameQuantity(request, limit))
      )
        return []
      return [
        {
          path: container.path,
          message: `container ${container.name} requests ${request ?? 'no'} memory and may use ${limit ?? 'any amount'}: what is above the request can be taken away`,
          fix: `Make them the same:\n\n  resources:\n    requests:\n      memory: ${limit ?? request ?? '128Mi'}\n    limits:\n      memory: ${limit ?? request ?? '128Mi'}`,
        },
      ]
    }),
})
