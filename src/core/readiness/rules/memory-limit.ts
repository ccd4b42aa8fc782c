import { resourceRule } from './resource-rule.ts'

export const memoryLimit = resourceRule({
  id: 'memory-limit',
  severity: 'warning',
  title: 'Every container has a memory limit.',
  field: 'limits',
  resource: 'memory',
  because: 'it can take the memory of the whole node',
  example: '128Mi',
})
