import { createHash, createHmac } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import {
  changeClasses,
  type Change,
  type FieldChange,
  type ResourceAction,
  type ResourceChange,
  type Risk,
} from './change.ts'
import { classify } from './classify.ts'
import { compareValues, type ValueChange } from './compare-values.ts'
import { maskObject, maskText } from './mask.ts'
import { noiseOf } from './noise.ts'
import { openPayload } from './payload/open-payload.ts'
import { matchResources, type Pair } from './match.ts'
import type { Json, Resource, ResourceIdentity } from './resource.ts'
import { sameJson } from './same-json.ts'
import { assessRisks } from './risks/assess-risks.ts'

export interface CompareOptions {
  /** Key of the fingerprints that stand for secrets: one per installation, never shown. */
  readonly fingerprintKey: string
}

/** The changes of one rendering, each with its own digest, so that several targets can be summed up. */
export type DigestedChange = readonly { readonly change: ResourceChange; readonly digest: string }[]

/**
 * The semantic difference of two renderings: what a cluster would see change. Independent of document order, file layout,
 * comments and spelling. Nothing in it reveals a secret: values are fingerprints, and within the digest they are keyed.
 */
export function compareRenderings(
  base: readonly Resource[],
  head: readonly Resource[],
  options: CompareOptions,
): Change {
  return summarise(compareResources(base, head, options))
}

/** As compareRenderings, resource by resource. Sorted by kind, namespace, name. */
export function compareResources(
  base: readonly Resource[],
  head: readonly Resource[],
  options: CompareOptions,
): DigestedChange {
  const pairs = matchResources(base, head)
  const found = pairs.flatMap((pair) => describePair(pair, options))
  return withVersionRisks(found).sort((a, b) => compareIdentities(a.change, b.change))
}

/** One change out of many resources' changes, in any order and from any number of targets. */
export function summarise(changes: DigestedChange): Change {
  const digests = changes.map(({ digest }) => digest).sort()
  const resources = changes.map(({ change }) => change)
  return {
    digest: `sha256:${createHash('sha256').update(digests.join('\n')).digest('hex')}`,
    classes: changeClasses.filter((each) => resources.some(({ classes }) => classes.includes(each))),
    resources,
  }
}

function describePair(pair: Pair, { fingerprintKey }: CompareOptions): DigestedChange {
  const { before, after } = pair
  const resource = after ?? before
  if (resource === undefined) return []
  const changes = valueChanges(pair, fingerprintKey)
  if (changes.length === 0) return []
  const action: ResourceAction = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  const previousName = before !== undefined && before.name !== resource.name ? before.name : undefined
  const identity = identityOf(resource)
  const opened = changes.flatMap((each) => openPayload(resource, each, fingerprintKey) ?? [each])
  const change: ResourceChange = {
    action,
    ...identity,
    ...(previousName === undefined ? {} : { previousName }),
    classes: classify(pair, action, changes, opened),
    risks: assessRisks({ action, renamed: pair.by === 'rename', before, after, changes }).map((risk) => ({
      ...risk,
      message: maskText(risk.message, fingerprintKey),
    })),
    changes: opened.map(({ shown }) => shownChange(shown, fingerprintKey)),
  }
  return [{ change, digest: digestOf(identity, action, previousName, changes, fingerprintKey) }]
}

function shownChange(shown: FieldChange, key: string): FieldChange {
  const noise = noiseOf(shown)
  return { ...shown, path: maskText(shown.path, key), ...(noise === undefined ? {} : { noise }) }
}

/** A resource that is there on one side only is one change: all of it. */
function valueChanges({ before, after }: Pair, key: string): readonly ValueChange[] {
  const resource = after ?? before
  if (resource === undefined || sameJson(before?.object, after?.object)) return []
  const safely = (side: Resource | undefined): { real: Json | undefined; shown: Json | undefined } => ({
    real: side?.object,
    shown: side === undefined ? undefined : maskObject(side.object, key),
  })
  return compareValues(safely(before), safely(after), resource.apiVersion)
}

/**
 * Real values, so that a changed secret is another change. Where a value is masked its keyed hash stands for it: the digest is
 * public, and a plain hash of a short password could be guessed.
 */
function digestOf(
  identity: ResourceIdentity,
  action: ResourceAction,
  previousName: string | undefined,
  changes: readonly ValueChange[],
  key: string,
): string {
  const hash = (real: Json | undefined, shown: Json | undefined): Json => {
    if (real === undefined) return null
    const text = canonicalJson(real)
    if (shown !== undefined && canonicalJson(shown) === text) return text
    return `keyed:${createHmac('sha256', key).update(text).digest('hex')}`
  }
  const fields = changes
    .map(
      ({ path, before, after, shown }) =>
        [path, hash(before, shown.before), hash(after, shown.after)] as const,
    )
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
  const { apiVersion, kind, namespace, name } = identity
  const text = JSON.stringify([
    action,
    apiVersion,
    kind,
    namespace ?? null,
    name,
    previousName ?? null,
    fields,
  ])
  return createHash('sha256').update(text).digest('hex')
}

/** The same name and kind in another API group is a removal and an addition; each says so. */
function withVersionRisks(found: DigestedChange): { change: ResourceChange; digest: string }[] {
  const sameObject = ({ kind, namespace, name }: ResourceIdentity): string =>
    JSON.stringify([kind, namespace ?? '', name])
  const moved = new Map<string, Partial<Record<ResourceAction, string>>>()
  for (const { change } of found)
    if (change.action !== 'changed')
      moved.set(sameObject(change), { ...moved.get(sameObject(change)), [change.action]: change.apiVersion })
  return found.map(({ change, digest }) => {
    const { added, removed } = moved.get(sameObject(change)) ?? {}
    if (change.action === 'changed' || added === undefined || removed === undefined) return { change, digest }
    const risk: Risk = {
      id: 'api-version-changed',
      severity: 'warning',
      message: `moves from ${removed} to ${added}: to a deployer the old object goes and a new one comes`,
    }
    return { change: { ...change, risks: [...change.risks, risk] }, digest }
  })
}

function identityOf({ apiVersion, kind, namespace, name }: Resource): ResourceIdentity {
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name }
}

function compareIdentities(a: ResourceIdentity, b: ResourceIdentity): number {
  const [left, right] = [a, b].map(({ kind, namespace, name, apiVersion }) =>
    [kind, namespace ?? '', name, apiVersion].join('\u0000'),
  )
  return (left ?? '') < (right ?? '') ? -1 : left === right ? 0 : 1
}
