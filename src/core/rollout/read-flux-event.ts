import { blame, type Followed } from './followed.ts'
import { briefly, textAt } from './json-at.ts'
import { covers, relationOf, revisionOf } from './lineage.ts'
import type { ObjectReading } from './rollout-state.ts'

/** An event as Flux's notification-controller sends it. https://fluxcd.io/flux/components/notification/events/ */
export interface FluxEvent {
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly severity: 'info' | 'error'
  /** ISO 8601. */
  readonly at: string
  readonly message: string
  readonly reason: string
  /** Without the prefix of the API group, whichever spelling arrived. */
  readonly metadata: Readonly<Record<string, string>>
}

const name = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const prefix = /^(?:[a-z0-9-]+\.toolkit\.fluxcd\.io|event\.toolkit\.fluxcd\.io)\//

/** The event in a body; a sentence where it is none. */
export function parseFluxEvent(body: unknown): FluxEvent | { readonly problem: string } {
  const kind = textAt(body, 'involvedObject', 'kind')
  const object = textAt(body, 'involvedObject', 'name')
  const namespace = textAt(body, 'involvedObject', 'namespace') ?? ''
  const at = Date.parse(textAt(body, 'timestamp') ?? '')
  const severity = textAt(body, 'severity')
  if (kind === undefined || !/^[A-Za-z]{1,63}$/.test(kind))
    return { problem: 'involvedObject.kind is missing; expected the kind of a Kubernetes object' }
  if (object === undefined || !name.test(object) || (namespace !== '' && !name.test(namespace)))
    return { problem: 'involvedObject.name and namespace are not names of a Kubernetes object' }
  if (Number.isNaN(at)) return { problem: 'timestamp is missing; expected RFC 3339' }
  if (severity !== 'info' && severity !== 'error') return { problem: 'severity is neither info nor error' }
  const metadata: Record<string, string> = {}
  const given = (body as { readonly metadata?: unknown }).metadata
  for (const [key, value] of Object.entries(typeof given === 'object' && given !== null ? given : {}))
    if (typeof value === 'string' && value.length <= 2_000) metadata[key.replace(prefix, '')] = value
  return {
    object: { kind, namespace, name: object },
    severity,
    at: new Date(at).toISOString(),
    message: textAt(body, 'message') ?? '',
    reason: textAt(body, 'reason') ?? '',
    metadata: { ...metadata },
  }
}

/** The commits that an event names. */
export function revisionsOfEvent({ metadata }: FluxEvent): readonly string[] {
  return [metadata.originRevision, metadata.revision, metadata.commit].flatMap(
    (text) => revisionOf(text) ?? [],
  )
}

/**
 * What an event says about the followed commit; undefined where it does not speak of it. Weaker than the object itself: a success says
 * that it was applied, and healthy only where the object's specification in git (`assessed`) makes Flux look at health.
 */
export function readFluxEvent(
  event: FluxEvent,
  followed: Followed,
  known: { readonly assessed: boolean; readonly pull?: number | undefined },
): ObjectReading | undefined {
  const revision = revisionsOfEvent(event)[0]
  const relation = relationOf(followed.lineage, revision)
  // The revision of a HelmRelease is a chart's version: an annotation on the object says which pull request it belongs to.
  const isNamed = known.pull !== undefined && event.metadata.change_request === String(known.pull)
  if (relation === 'reverted')
    return {
      state: 'superseded',
      sentence: 'runs a revision that took this change back',
      revision,
      since: event.at,
    }
  if (!covers(relation) && !isNamed) return undefined
  const seen = { ...(revision === undefined ? {} : { revision }), since: event.at }
  const message = briefly(event.message)
  if (/^(?:Rollback|Uninstall)Succeeded$/.test(event.reason) && event.object.kind === 'HelmRelease')
    return {
      state: 'rolled-back-in-cluster',
      sentence: `was taken back by Flux (${event.reason}): ${message}`,
      ...seen,
    }
  if (event.reason === 'DependencyNotReady')
    return { state: 'waiting', sentence: `waits for what it depends on: ${message}`, ...seen }
  if (event.severity === 'error')
    return {
      state: blame(followed, event.at),
      sentence: `fails (${event.reason || 'no reason given'}): ${message}`,
      ...seen,
    }
  if (/^(?:Install|Upgrade|Test)Succeeded$/.test(event.reason))
    return { state: 'healthy', sentence: `is released: ${message}`, ...seen }
  if (event.reason === 'ReconciliationSucceeded' || event.metadata.commit_status === 'update')
    return known.assessed
      ? { state: 'healthy', sentence: 'has applied it, and its health checks pass', ...seen }
      : { state: 'applied-health-unknown', sentence: 'has applied it; nothing tells its health', ...seen }
  return {
    state: 'progressing',
    sentence: message === '' ? 'is being reconciled' : `is being reconciled: ${message}`,
    ...seen,
  }
}
