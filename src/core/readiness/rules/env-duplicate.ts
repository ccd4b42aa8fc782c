import { escapeSegment } from '../../change/field-path.ts'
import { mapsOf, textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'

export const envDuplicate = defineRule({
  id: 'env-duplicate',
  severity: 'warning',
  title: 'No environment variable is set twice.',
  page: 'https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }) => {
      const seen = new Set<string>()
      const twice = new Set<string>()
      for (const variable of mapsOf(object.env)) {
        const called = textOf(variable.name)
        if (called === undefined) continue
        if (seen.has(called)) twice.add(called)
        seen.add(called)
      }
      return [...twice].map((called) => ({
        path: `${path}/env/[name=${escapeSegment(called)}]`,
        message: `container ${name} sets ${called.slice(0, 100)} twice: the last one wins, and merging may drop either`,
        fix: 'Keep one of them.',
      }))
    }),
})
