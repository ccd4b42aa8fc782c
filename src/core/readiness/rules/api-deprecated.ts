import { endOf, minorOf } from '../api-versions.ts'
import { defineRule } from '../rule.ts'

export const apiDeprecated = defineRule({
  id: 'api-deprecated',
  severity: 'warning',
  title: 'The apiVersion is not deprecated in the Kubernetes version of the environment.',
  page: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
  check: ({ resource }, { kubernetes }) => {
    const minor = minorOf(kubernetes)
    const end = endOf(resource.apiVersion, resource.kind)
    // What is removed is not deprecated any more.
    if (end === undefined || end.deprecated > minor || (end.removed !== undefined && end.removed <= minor))
      return []
    const until = end.removed === undefined ? '' : ` and goes away in 1.${end.removed}`
    return [
      {
        path: '/apiVersion',
        message: `${resource.apiVersion} ${resource.kind} is deprecated since Kubernetes 1.${end.deprecated}${until}`,
        fix:
          end.use === undefined
            ? 'Plan to remove it: nothing takes its place.'
            : `Write:\n\n  apiVersion: ${end.use}`,
      },
    ]
  },
})
