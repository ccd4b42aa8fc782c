import { resourceRule } from './resource-rule.ts'

export const cpuLimit = resourceRule({
  id: 'cpu-limit',
  severity: 'advice',
  on: false,
  title: 'Every container has a CPU limit.',
  field: 'limits',
  resource: 'cpu',
  because: 'it can use all idle CPU of the node',
  example: '"1"',
})
