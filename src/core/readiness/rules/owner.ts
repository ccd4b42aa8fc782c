import { Type } from '@sinclair/typebox'
import { defineRule } from '../rule.ts'
import { isLabelledBy } from './labelled-by.ts'

export const owner = defineRule({
  id: 'owner',
  severity: 'advice',
  title: 'A workload names its owner, by a label or annotation.',
  page: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/',
  options: {
    keys: Type.Array(Type.String({ minLength: 1, maxLength: 317, hint: 'a label or annotation' }), {
      default: ['app.kubernetes.io/owner', 'owner', 'team', 'a8r.io/owner'],
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
        message: 'names no owner: whom does one call at night',
        fix: `Add:\n\n  metadata:\n    labels:\n      ${keys[0] ?? ''}: payments`,
      },
    ]
  },
})
