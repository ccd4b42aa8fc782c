import { Type } from '@sinclair/typebox'
import { defineRule, type Rule } from '../rule.ts'
import { isLabelledBy } from './labelled-by.ts'

interface LabelRule {
  readonly id: string
  readonly title: string
  readonly page: string
  /** Labels or annotations of which one is wanted, when the checklist names none. */
  readonly keys: readonly string[]
  readonly message: string
  /** Where the example puts it. */
  readonly place: 'labels' | 'annotations'
  readonly example: string
}

/** A rule that wants one of some labels or annotations on every workload. */
export function labelRule({ id, title, page, keys: wanted, message, place, example }: LabelRule): Rule {
  return defineRule({
    id,
    severity: 'advice',
    title,
    page,
    options: {
      keys: Type.Array(Type.String({ minLength: 1, maxLength: 317, hint: 'a label or annotation' }), {
        default: [...wanted],
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
          message,
          fix: `Add:\n\n  metadata:\n    ${place}:\n      ${keys[0] ?? ''}: ${example}`,
        },
      ]
    },
  })
}
