import { scalarText } from '../../change/read-yaml.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import { listPaths } from '../rendering/list-paths.ts'
import { mapOf, mapsOf, textOf, textsOf, type Subject } from '../rendering/subject.ts'
import { defineRule, type Violation } from '../rule.ts'
import { ingressRules, isIngress } from './ingress-backends.ts'

export const ingressTls = defineRule({
  id: 'ingress-tls',
  severity: 'warning',
  title: 'TLS covers every host of an Ingress and every listener of a Gateway.',
  page: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#tls',
  check: (subject) => {
    if (isIngress(subject)) return judgeIngress(subject)
    return subject.kind === 'Gateway' && subject.group === 'gateway.networking.k8s.io'
      ? judgeGateway(subject)
      : undefined
  },
})

/** Annotations that put a certificate in front: AWS, Google Cloud; Traefik has a switch. */
const certificates = [
  'alb.ingress.kubernetes.io/certificate-arn',
  'networking.gke.io/managed-certificates',
  'ingress.gcp.kubernetes.io/pre-shared-cert',
]

function judgeIngress({ spec, annotations }: Subject): readonly Violation[] {
  if (certificates.some((name) => textOf(annotations[name]) !== undefined)) return []
  if (scalarText(annotations['traefik.ingress.kubernetes.io/router.tls']) === 'true') return []
  const entries = mapsOf(spec.tls)
  const covered = entries.flatMap(({ hosts }) => textsOf(hosts))
  // An entry without hosts is for all of them.
  const coversAll = entries.some(({ hosts }) => textsOf(hosts).length === 0)
  const rules = ingressRules(spec)
  if (coversAll) return []
  if (rules.length === 0)
    return entries.length > 0
      ? []
      : [{ path: '/spec', message: 'serves every host without TLS', fix: ingressFix('example.com') }]
  return rules.flatMap(({ rule, path }) => {
    const host = textOf(rule.host)
    if (host === undefined)
      return entries.length > 0
        ? []
        : [{ path, message: 'serves every host without TLS', fix: ingressFix('example.com') }]
    if (covered.some((each) => covers(each, host))) return []
    return [
      {
        path,
        message: `no TLS entry covers host ${host.slice(0, 253)}`,
        fix: ingressFix(host.slice(0, 253)),
      },
    ]
  })
}

function ingressFix(host: string): string {
  return `Add:\n\n  spec:\n    tls:\n      - hosts: ['${host}']\n        secretName: web-tls`
}

/** `*.example.com` covers one more label, no further: https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards */
function covers(pattern: string, host: string): boolean {
  const [one, other] = [pattern.toLowerCase(), host.toLowerCase()]
  if (one === other) return true
  return one.startsWith('*.') && other.slice(other.indexOf('.')) === one.slice(1) && !other.startsWith('*')
}

function judgeGateway({ spec }: Subject): readonly Violation[] {
  const list = Array.isArray(spec.listeners) ? (spec.listeners as readonly Json[]) : []
  const paths = listPaths('/spec/listeners', 'listeners', list)
  const secure = list.map((each) => mapOf(each)).filter((each) => isSecure(each))
  return list.flatMap((item, index) => {
    const listener = mapOf(item)
    const protocol = textOf(listener.protocol) ?? ''
    if (!['HTTP', 'HTTPS', 'TLS'].includes(protocol) || isSecure(listener)) return []
    const host = textOf(listener.hostname)
    const name = textOf(listener.name) ?? String(index)
    if (protocol === 'HTTP' && secure.some((each) => coversHost(textOf(each.hostname), host))) return []
    return [
      {
        path: paths[index] ?? '/spec/listeners',
        message:
          protocol === 'HTTP'
            ? `listener ${name} serves ${host === undefined ? 'every host' : `host ${host.slice(0, 253)}`} and no listener does it with TLS`
            : `listener ${name} has no certificate`,
        fix: 'Add a listener with TLS:\n\n  listeners:\n    - name: https\n      protocol: HTTPS\n      port: 443\n      tls:\n        certificateRefs: [{ name: web-tls }]',
      },
    ]
  })
}

/** Whether requests to this host are served over TLS beside; a wildcard of a listener stands for any number of labels. */
function coversHost(secure: string | undefined, host: string | undefined): boolean {
  if (secure === undefined || host === undefined) return true
  return (
    secure.toLowerCase() === host.toLowerCase() ||
    (secure.startsWith('*.') && host.toLowerCase().endsWith(secure.slice(1).toLowerCase()))
  )
}

function isSecure(listener: JsonObject): boolean {
  if (listener.protocol !== 'HTTPS' && listener.protocol !== 'TLS') return false
  const tls = mapOf(listener.tls)
  return (
    tls.mode === 'Passthrough' ||
    mapsOf(tls.certificateRefs).length > 0 ||
    Object.keys(mapOf(tls.options)).length > 0
  )
}
