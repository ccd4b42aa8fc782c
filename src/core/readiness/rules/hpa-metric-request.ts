import type { Json } from '../../change/resource.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { readAutoscaler } from '../rendering/autoscaler.ts'
import { sameNamespace } from '../rendering/selector.ts'
import { mapOf, mapsOf, textOf, type Subject } from '../rendering/subject.ts'
import type { Workload } from '../rendering/workload.ts'
import { defineRule } from '../rule.ts'
import { isAutoscaler } from './hpa-target.ts'
import { amountOf } from './resource-amount.ts'
import { lastingContainers } from './service-ports.ts'

export const hpaMetricRequest = defineRule({
  id: 'hpa-metric-request',
  severity: 'warning',
  title: 'The pods request the resource whose use an autoscaler scales on.',
  page: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details',
  check: (subject, { rendering }) => {
    if (!isAutoscaler(subject.group, subject.kind)) return undefined
    const { kind, name } = readAutoscaler(subject)
    const workload = rendering.workloads.find(
      (each) =>
        each.kind === kind &&
        each.resource.name === name &&
        sameNamespace(each.resource.namespace, subject.namespace),
    )
    if (workload === undefined) return undefined
    return scaledOn(subject).flatMap(({ resource, container, path }) => {
      const lacking = lacksRequest(workload, resource, container)
      if (lacking.length === 0) return []
      return [
        {
          path,
          message: `scales on the use of ${resource}, which ${lacking.join(' and ')} of ${kind} ${name} ${lacking.length === 1 ? 'does' : 'do'} not request: there is nothing to compare with, so it never scales`,
          fix: `Add to the container:\n\n  resources:\n    requests:\n      ${resource}: ${resource === 'cpu' ? '100m' : '128Mi'}`,
        },
      ]
    })
  },
})

interface ResourceMetric {
  readonly resource: string
  /** Undefined: all containers of the pod. */
  readonly container: string | undefined
  readonly path: string
}

/** Resources whose use, in percent of what is requested, is scaled on. Without any metric it is CPU. */
function scaledOn({ group, spec, resource }: Subject): readonly ResourceMetric[] {
  if (group === 'keda.sh')
    return mapsOf(spec.triggers).flatMap((trigger, index) => {
      const type = textOf(trigger.type) ?? ''
      const isUse = trigger.metricType === undefined || trigger.metricType === 'Utilization'
      const container = textOf(mapOf(trigger.metadata).containerName)
      return (type === 'cpu' || type === 'memory') && isUse
        ? [{ resource: type, container, path: `/spec/triggers/${index}` }]
        : []
    })
  const list = spec.metrics
  if (!Array.isArray(list) || list.length === 0) {
    const isFirst = resource.apiVersion === 'autoscaling/v1'
    const path = isFirst ? '/spec/targetCPUUtilizationPercentage' : '/spec/metrics'
    return [{ resource: 'cpu', container: undefined, path }]
  }
  const paths = listPaths('/spec/metrics', 'metrics', list as readonly Json[])
  return (list as readonly Json[]).flatMap((item, index) => {
    const metric = mapOf(item)
    const source = mapOf(metric.type === 'ContainerResource' ? metric.containerResource : metric.resource)
    const isUse =
      mapOf(source.target).averageUtilization !== undefined || source.targetAverageUtilization !== undefined
    const name = textOf(source.name)
    const container = metric.type === 'ContainerResource' ? textOf(source.container) : undefined
    return name !== undefined && isUse ? [{ resource: name, container, path: paths[index] ?? '' }] : []
  })
}

/** A limit without a request is a request of the same amount. */
function lacksRequest(workload: Workload, resource: string, only: string | undefined): readonly string[] {
  return lastingContainers(workload)
    .filter(({ name }) => only === undefined || name === only)
    .filter(
      (each) =>
        amountOf(each, workload, 'requests', resource) === undefined &&
        amountOf(each, workload, 'limits', resource) === undefined,
    )
    .map(({ name }) => `container ${name}`)
}
