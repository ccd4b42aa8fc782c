import { labelRule } from './label-rule.ts'

export const owner = labelRule({
  id: 'owner',
  title: 'A workload names its owner, by a label or annotation.',
  page: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/',
  keys: ['app.kubernetes.io/owner', 'owner', 'team', 'a8r.io/owner'],
  message: 'names no owner: whom does one call at night',
  place: 'labels',
  example: 'payments',
})
