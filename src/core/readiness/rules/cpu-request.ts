import { resourceRule } from './resource-rule.ts'

export const cpuRequest = resourceRule({
  id: 'cpu-request',
  severity: 'warning',
  title: 'Every container requests CPU.',
  field: 'requests',
  resource: 'cpu',
  because: 'the scheduler does not know what it needs',
  example: '100m',
})
