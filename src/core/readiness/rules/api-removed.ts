import { endOf, minorOf } from '../api-versions.ts'
import { defineRule } from '../rule.ts'

export const apiRemoved = defineRule({
  id: 'api-removed',
  severity: 'danger',
  title: 'The Kubernetes version of the environment still serves the apiVersion.',
  page: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
  check: ({ resource }, { kubernetes }) => {
    const end = endOf(resource.apiVersion, resource.kind)
    if (end?.removed === undefined || end.removed > minorOf(kubernetes)) return []
    return [
      {
        path: '/apiVersion',
        message: `${resource.apiVersion} ${resource.kind} is gone since Kubernetes 1.${end.removed}; ${kubernetes} refuses it`,
        fix:
          end.use === undefined
            ? 'Remove it: nothing takes its place.'
            : `Write:\n\n  apiVersion: ${end.use}`,
      },
    ]
  },
})
