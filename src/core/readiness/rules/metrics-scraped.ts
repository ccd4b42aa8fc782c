import { scalarText } from '../../change/read-yaml.ts'
import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { readSelector, sameNamespace, selects } from '../rendering/selector.ts'
import { mapOf, mapsOf, textOf, textsOf, type Subject } from '../rendering/subject.ts'
import type { Workload } from '../rendering/workload.ts'
import { defineRule } from '../rule.ts'
import { declaresPort, lastingContainers, numberOf } from './service-ports.ts'

export const metricsScraped = defineRule({
  id: 'metrics-scraped',
  severity: 'advice',
  title: 'Metrics of a served workload are scraped, at a port that is there (else: warning).',
  page: 'https://prometheus-operator.dev/docs/developer/getting-started/',
  check: ({ workload, annotations }, { rendering }) => {
    if (workload === undefined || workload.runsOnce) return undefined
    const services = rendering.servicesOf(workload)
    if (services.length === 0) return undefined
    const monitors = monitorsOf(workload, services, rendering)
    const broken = monitors.filter(({ badPort }) => badPort !== undefined)
    if (broken.length > 0)
      return broken.map(({ monitor, badPort }) => ({
        path: '',
        message: `${monitor.kind} ${monitor.name} scrapes port ${badPort ?? ''}, which is not there: it silently scrapes nothing`,
        fix: 'Name a port that the Service (for a PodMonitor: the container) has.',
        severity: 'warning' as const,
      }))
    const isScraped =
      monitors.length > 0 ||
      [workload.annotations, annotations, ...services.map((each) => each.annotations)].some(
        (map) => scalarText(map['prometheus.io/scrape']) === 'true',
      )
    if (isScraped) return []
    return [
      {
        path: '',
        message: 'nobody scrapes its metrics: no ServiceMonitor, PodMonitor or scrape annotation matches it',
        fix: 'Add:\n\n  apiVersion: monitoring.coreos.com/v1\n  kind: ServiceMonitor\n  metadata:\n    name: web\n  spec:\n    selector:\n      matchLabels:\n        app: web\n    endpoints:\n      - port: http-metrics',
      },
    ]
  },
})

interface Match {
  readonly monitor: Subject
  /** A port that it names and that is not there. */
  readonly badPort: string | undefined
}

function monitorsOf(
  workload: Workload,
  services: readonly Subject[],
  rendering: RenderingIndex,
): readonly Match[] {
  const ofServices = [
    ...rendering.ofKind('monitoring.coreos.com', 'ServiceMonitor'),
    ...rendering.ofKind('operator.victoriametrics.com', 'VMServiceScrape'),
  ].flatMap((monitor): readonly Match[] => {
    const selector = readSelector(monitor.spec.selector)
    const matched = services.filter(
      (service) =>
        selector !== undefined && watches(monitor, service.namespace) && selects(selector, service.labels),
    )
    if (matched.length === 0) return []
    const bad = mapsOf(monitor.spec.endpoints).find((endpoint) => !isServicePort(endpoint, matched, workload))
    return [{ monitor, badPort: bad === undefined ? undefined : portText(bad) }]
  })
  const ofPods = [
    ...rendering.ofKind('monitoring.coreos.com', 'PodMonitor'),
    ...rendering.ofKind('operator.victoriametrics.com', 'VMPodScrape'),
  ].flatMap((monitor): readonly Match[] => {
    const selector = readSelector(monitor.spec.selector)
    if (selector === undefined || !watches(monitor, workload.resource.namespace)) return []
    if (!selects(selector, workload.labels)) return []
    const bad = mapsOf(monitor.spec.podMetricsEndpoints).find((endpoint) => {
      const named = textOf(endpoint.port)
      return named !== undefined && !lastingContainers(workload).some((each) => declaresPort(each, named))
    })
    return [{ monitor, badPort: bad === undefined ? undefined : portText(bad) }]
  })
  return [...ofServices, ...ofPods]
}

function watches({ spec, namespace }: Subject, wanted: string | undefined): boolean {
  const { any, matchNames } = mapOf(spec.namespaceSelector)
  if (any === true) return true
  const names = textsOf(matchNames)
  return names.length === 0
    ? sameNamespace(namespace, wanted)
    : names.some((name) => sameNamespace(name, wanted))
}

function isServicePort(
  { port, targetPort }: Subject['object'],
  services: readonly Subject[],
  workload: Workload,
): boolean {
  const named = textOf(port)
  if (named !== undefined)
    return services.some(({ spec }) => mapsOf(spec.ports).some(({ name }) => name === named))
  const target = numberOf(targetPort) ?? textOf(targetPort)
  if (target === undefined || typeof target === 'number') return true
  return lastingContainers(workload).some((each) => declaresPort(each, target))
}

function portText({ port, targetPort }: Subject['object']): string {
  return (textOf(port) ?? textOf(targetPort) ?? '').slice(0, 63)
}
