import type { Severity } from '../../change/change.ts'
import { defineRule, type Rule } from '../rule.ts'
import { eachContainer } from './each-container.ts'
import { amountOf } from './resource-amount.ts'

interface ResourceRule {
  readonly id: string
  readonly severity: Severity
  readonly on?: boolean
  readonly title: string
  readonly field: 'requests' | 'limits'
  readonly resource: 'cpu' | 'memory'
  /** What happens without it. */
  readonly because: string
  /** The YAML of an amount. */
  readonly example: string
}

/** A rule that wants one amount from every container. */
export function resourceRule({ field, resource, because, example, ...rest }: ResourceRule): Rule {
  const what = `${resource === 'cpu' ? 'CPU' : resource} ${field === 'requests' ? 'request' : 'limit'}`
  return defineRule({
    ...rest,
    page: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    check: (subject) =>
      eachContainer(subject, (container, workload) =>
        amountOf(container, workload, field, resource) !== undefined
          ? []
          : [
              {
                path: container.path,
                message: `container ${container.name} has no ${what}: ${because}`,
                fix: `Add to the container:\n\n  resources:\n    ${field}:\n      ${resource}: ${example}`,
              },
            ],
      ),
  })
}
