import { scalarText } from '../../change/read-yaml.ts'
import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { readSelector, sameNamespace, selects } from '../rendering/selector.ts'
import { mapOf, mapsOf, textOf, textsOf, type Subject } from '../rendering/subject.ts'
import type { Workload } from '../rendering/workload.ts'
import { defineRule } from '../rule.ts'
import { declaresPort, declaresPorts, lastingContainers, numberOf } from './service-ports.ts'

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
    if (monitors.length > 0) return []
    const annotated = [workload.annotations, annotations, ...services.map((each) => each.annotations)].filter(
      (map) => scalarText(map['prometheus.io/scrape']) === 'true',
    )
    const named = annotated.map((map) => scalarText(map['prometheus.io/port'])).filter((port) => port !== '')
    if (
      annotated.length > 0 &&
      (named.length === 0 || named.some((port) => isPort(port, workload, services)))
    )
      return []
    if (annotated.length > 0)
      return [
        {
          path: '',
          message: `annotation prometheus.io/port says ${(named[0] ?? '').slice(0, 63)}, a port that is not there: it silently scrapes nothing`,
          fix: 'Name a port that a container declares.',
          severity: 'warning' as const,
        },
      ]
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
      const asked = textOf(endpoint.port) ?? numberOf(endpoint.portNumber) ?? targetPortOf(endpoint)
      return asked !== undefined && !isOfContainer(asked, workload)
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
  endpoint: Subject['object'],
  services: readonly Subject[],
  workload: Workload,
): boolean {
  const named = textOf(endpoint.port)
  if (named !== undefined)
    return services.some(({ spec }) => mapsOf(spec.ports).some(({ name }) => name === named))
  const target = targetPortOf(endpoint)
  return target === undefined || isOfContainer(target, workload)
}

function targetPortOf({ targetPort }: Subject['object']): number | string | undefined {
  return numberOf(targetPort) ?? textOf(targetPort)
}

/** A port is found by what containers declare; where none declares any, a number proves nothing. */
function isOfContainer(port: number | string, workload: Workload): boolean {
  const lasting = lastingContainers(workload)
  return (
    lasting.some((each) => declaresPort(each, port)) ||
    (typeof port === 'number' && !lasting.some((each) => declaresPorts(each)))
  )
}

/** Whether what an annotation says is a port of the pods, or one of the Services. */
function isPort(text: string, workload: Workload, services: readonly Subject[]): boolean {
  const port = numberOf(text)
  if (port === undefined) return true
  return (
    isOfContainer(port, workload) ||
    services.some(({ spec }) => mapsOf(spec.ports).some((each) => numberOf(each.port) === port))
  )
}

function portText({ port, portNumber, targetPort }: Subject['object']): string {
  return (textOf(port) ?? (scalarText(portNumber) || scalarText(targetPort))).slice(0, 63)
}
