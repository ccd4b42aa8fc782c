import { defineRule } from '../rule.ts'

export const namespaceDefault = defineRule({
  id: 'namespace-default',
  severity: 'warning',
  title: 'Nothing is put into the namespace `default`.',
  page: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#when-to-use-multiple-namespaces',
  check: ({ namespace }) => {
    if (namespace === undefined) return undefined
    if (namespace !== 'default') return []
    return [
      {
        path: '/metadata/namespace',
        message: 'is put into the namespace default, which has no rules of its own',
        fix: 'Give the application a namespace:\n\n  metadata:\n    namespace: web',
      },
    ]
  },
})
