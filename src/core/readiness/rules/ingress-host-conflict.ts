import type { RenderingIndex } from '../rendering/index-rendering.ts'
import { mapOf, mapsOf, textOf, textsOf, type Subject } from '../rendering/subject.ts'
import { canonicalJson } from '../../change/canonical-json.ts'
import { defineRule } from '../rule.ts'
import { ingressRules, isIngress, isRoute } from './ingress-backends.ts'

export const ingressHostConflict = defineRule({
  id: 'ingress-host-conflict',
  severity: 'danger',
  title: 'No host and path is claimed twice in an environment.',
  page: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules',
  check: (subject, { rendering }) => {
    if (!isIngress(subject) && !isRoute(subject)) return undefined
    const all = claimsByKey(rendering)
    return claimsOf(subject).flatMap((claim) => {
      const others = (all.get(claim.key) ?? []).filter(
        (each) => each.subject !== subject || each.path !== claim.path,
      )
      const [other] = others
      if (other === undefined) return []
      const where =
        other.subject === subject ? 'twice in itself' : `also by ${other.subject.kind} ${other.subject.name}`
      return [
        {
          path: claim.path,
          message: `${claim.shown} is claimed ${where}: which of them answers is not defined`,
          fix: 'Give each host and path one owner: remove one of the two, or make its path longer.',
        },
      ]
    })
  },
})

interface Claim {
  readonly subject: Subject
  readonly path: string
  readonly key: string
  readonly shown: string
}

function claimsByKey(rendering: RenderingIndex): ReadonlyMap<string, readonly Claim[]> {
  return rendering.once('claims', () =>
    Map.groupBy(
      rendering.subjects.flatMap((each) => (isIngress(each) || isRoute(each) ? claimsOf(each) : [])),
      ({ key }) => key,
    ),
  )
}

/** Ingresses of different classes are different front doors, and a canary shares its host on purpose. */
function claimsOf(subject: Subject): readonly Claim[] {
  return isIngress(subject) ? ofIngress(subject) : ofRoute(subject)
}

function ofIngress(subject: Subject): readonly Claim[] {
  const { spec, annotations } = subject
  if (annotations['nginx.ingress.kubernetes.io/canary'] === 'true') return []
  const door = textOf(spec.ingressClassName) ?? textOf(annotations['kubernetes.io/ingress.class']) ?? ''
  return ingressRules(spec).flatMap(({ rule, path }) => {
    // Without a host it is every host.
    const host = textOf(rule.host)?.toLowerCase() ?? '*'
    return mapsOf(mapOf(rule.http).paths).map((each, index) => {
      const asked = textOf(each.path) ?? '/'
      const isExact = each.pathType === 'Exact'
      return {
        subject,
        path: `${path}/http/paths/${index}`,
        key: JSON.stringify([
          'ingress',
          door,
          host,
          isExact,
          isExact ? asked : asked.replace(/(.)\/$/, '$1'),
        ]),
        shown: shown(host, asked),
      }
    })
  })
}

function ofRoute(subject: Subject): readonly Claim[] {
  const { spec } = subject
  const parents = mapsOf(spec.parentRefs)
    .map(({ name, namespace, sectionName }) =>
      canonicalJson({ name: name ?? null, namespace: namespace ?? null, sectionName: sectionName ?? null }),
    )
    .sort()
    .join()
  const hosts = textsOf(spec.hostnames)
  return (hosts.length === 0 ? ['*'] : hosts).flatMap((host) =>
    mapsOf(spec.rules).flatMap((rule, at) => {
      const matches = mapsOf(rule.matches)
      return (matches.length === 0 ? [{}] : matches).map((match, index): Claim => {
        const asked = mapOf(match.path)
        const value = textOf(asked.value) ?? '/'
        return {
          subject,
          path: `/spec/rules/${at}/matches/${index}`,
          key: JSON.stringify([
            subject.kind,
            parents,
            host.toLowerCase(),
            canonicalJson({ ...match, path: { type: asked.type ?? 'PathPrefix', value } }),
          ]),
          shown: shown(host, value),
        }
      })
    }),
  )
}

function shown(host: string, path: string): string {
  return host === '*' ? `${path.slice(0, 200)} of every host` : `${host.slice(0, 253)}${path.slice(0, 200)}`
}
