import { resourceRule } from './resource-rule.ts'

export const memoryRequest = resourceRule({
  id: 'memory-request',
  severity: 'warning',
  title: 'Every container requests memory.',
  field: 'requests',
  resource: 'memory',
  because: 'the scheduler does not know what it needs',
  example: '128Mi',
})
