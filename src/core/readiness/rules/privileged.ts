import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'

export const privileged = defineRule({
  id: 'privileged',
  severity: 'danger',
  title: 'No container is privileged.',
  page: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }) =>
      mapOf(object.securityContext).privileged !== true
        ? []
        : [
            {
              path: `${path}/securityContext/privileged`,
              message: `container ${name} is privileged: it can do everything that the node can`,
              fix: 'Remove it, and add the one capability that is needed:\n\n  securityContext:\n    privileged: false',
            },
          ],
    ),
})
