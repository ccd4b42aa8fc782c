import { Type } from '@sinclair/typebox'
import { defineRule } from '../rule.ts'
import { isLabelledBy } from './labelled-by.ts'

export const runbook = defineRule({
  id: 'runbook',
  severity: 'advice',
  title: 'A workload links to its runbook, by a label or annotation.',
  page: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/',
  options: {
    keys: Type.Array(Type.String({ minLength: 1, maxLength: 317, hint: 'a label or annotation' }), {
      default: ['runbook', 'runbook_url', 'runbook-url', 'a8r.io/runbook'],
      minItems: 1,
      maxItems: 50,
      description: 'Labels or annotations of which one is wanted.',
      hint: 'a list of labels or annotations',
    }),
  },
  check: (subject, _, { keys }) => {
    if (subject.workload === undefined) return undefined
    if (isLabelledBy(subject, keys)) return []
    return [
      {
        path: '',
        message: 'links to no runbook: what does one do at night',
        fix: `Add:\n\n  metadata:\n    annotations:\n      ${keys[0] ?? ''}: https://wiki.example.com/runbooks/web`,
      },
    ]
  },
})
