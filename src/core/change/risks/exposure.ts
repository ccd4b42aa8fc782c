import type { Risk } from '../change.ts'
import { valueAt } from '../field-path.ts'
import { isJsonList, isJsonObject } from '../read-yaml.ts'
import type { JsonObject, Resource } from '../resource.ts'
import { containersOf, podSpecOf, type RiskRule } from './subject.ts'

/** Capabilities that come close to root on the node. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const strongCapabilities = new Set([
  'ALL',
  'SYS_ADMIN',
  'NET_ADMIN',
  'SYS_PTRACE',
  'SYS_MODULE',
  'DAC_READ_SEARCH',
  'BPF',
])

/** What a pod or a service gains towards the node or the outside, compared with before. */
export const exposureRisks: RiskRule = ({ before, after }) => {
  const known = new Set(
    before === undefined ? [] : gains(before).map(({ id, message }) => `${id} ${message}`),
  )
  return (after === undefined ? [] : gains(after)).filter(({ id, message }) => !known.has(`${id} ${message}`))
}

function gains(resource: Resource): readonly Risk[] {
  const pod = podSpecOf(resource)
  return [...(pod === undefined ? [] : podGains(pod)), ...outside(resource)]
}

function podGains(pod: JsonObject): readonly Risk[] {
  const risks: Risk[] = ['hostNetwork', 'hostPID', 'hostIPC']
    .filter((field) => pod[field] === true)
    .map((field) => ({
      id: 'host-namespace',
      severity: 'danger',
      message: `${field}: its pods share that part of the node`,
    }))
  for (const volume of isJsonList(pod.volumes) ? pod.volumes : [])
    if (isJsonObject(volume) && isJsonObject(volume.hostPath))
      risks.push({
        id: 'host-path',
        severity: 'danger',
        message: `mounts a directory of the node (volume ${text(volume.name)})`,
      })
  for (const container of containersOf(pod)) risks.push(...containerGains(container))
  return risks
}

function containerGains(container: JsonObject): readonly Risk[] {
  const name = text(container.name)
  const security = isJsonObject(container.securityContext) ? container.securityContext : {}
  const risks: Risk[] = []
  if (security.privileged === true)
    risks.push({
      id: 'privileged',
      severity: 'danger',
      message: `container ${name} is privileged: it can do everything on the node`,
    })
  if (security.allowPrivilegeEscalation === true)
    risks.push({
      id: 'privilege-escalation',
      severity: 'warning',
      message: `container ${name} may gain more privileges than its parent`,
    })
  if (security.runAsUser === 0 || security.runAsNonRoot === false)
    risks.push({ id: 'runs-as-root', severity: 'warning', message: `container ${name} may run as root` })
  const added = valueAt(security, 'capabilities.add')
  for (const capability of isJsonList(added) ? added : [])
    if (typeof capability === 'string' && strongCapabilities.has(capability.replace(/^CAP_/, '')))
      risks.push({
        id: 'strong-capability',
        severity: 'danger',
        message: `container ${name} gains ${capability}`,
      })
  for (const port of isJsonList(container.ports) ? container.ports : [])
    if (isJsonObject(port) && typeof port.hostPort === 'number')
      risks.push({
        id: 'host-port',
        severity: 'warning',
        message: `container ${name} listens on port ${port.hostPort} of the node`,
      })
  return risks
}

function outside(resource: Resource): readonly Risk[] {
  const type = valueAt(resource.object, 'spec.type')
  if (resource.kind === 'Service' && (type === 'LoadBalancer' || type === 'NodePort'))
    return [
      {
        id: 'service-exposed',
        severity: 'warning',
        message: `the Service becomes reachable from outside the cluster (${type})`,
      },
    ]
  return hostsOf(resource).map((host): Risk => ({
    id: 'host-exposed',
    severity: 'warning',
    message: host === '' ? 'answers for every host name' : `answers for the host ${host}`,
  }))
}

/** Host names that a route from outside answers for; an empty one stands for all. */
function hostsOf({ kind, object }: Resource): readonly string[] {
  if (/^(?:HTTP|GRPC|TLS)Route$/.test(kind)) {
    const hosts = valueAt(object, 'spec.hostnames')
    return isJsonList(hosts) && hosts.length > 0 ? hosts.map(text) : ['']
  }
  if (kind !== 'Ingress' && kind !== 'Gateway') return []
  const list = valueAt(object, kind === 'Ingress' ? 'spec.rules' : 'spec.listeners')
  const field = kind === 'Ingress' ? 'host' : 'hostname'
  const hosts = (isJsonList(list) ? list : []).map((each) => (isJsonObject(each) ? text(each[field]) : ''))
  const isCatchAll = kind === 'Ingress' && isJsonObject(valueAt(object, 'spec.defaultBackend'))
  return [...new Set([...hosts, ...(isCatchAll ? [''] : [])])]
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
