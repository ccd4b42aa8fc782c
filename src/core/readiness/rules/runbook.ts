import { labelRule } from './label-rule.ts'

export const runbook = labelRule({
  id: 'runbook',
  title: 'A workload links to its runbook, by a label or annotation.',
  page: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/',
  keys: ['runbook', 'runbook_url', 'runbook-url', 'a8r.io/runbook'],
  message: 'links to no runbook: what does one do at night',
  place: 'annotations',
  example: 'https://wiki.example.com/runbooks/web',
})
