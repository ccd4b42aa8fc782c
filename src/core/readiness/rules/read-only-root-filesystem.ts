import { mapOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'

export const readOnlyRootFilesystem = defineRule({
  id: 'read-only-root-filesystem',
  severity: 'advice',
  title: 'The root filesystem of every container is read-only.',
  page: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }) =>
      mapOf(object.securityContext).readOnlyRootFilesystem === true
        ? []
        : [
            {
              path: `${path}/securityContext/readOnlyRootFilesystem`,
              message: `container ${name} can write to its own filesystem: whoever gets in can change its programs`,
              fix: 'Add to the container, and an emptyDir where it has to write:\n\n  securityContext:\n    readOnlyRootFilesystem: true',
            },
          ],
    ),
})
