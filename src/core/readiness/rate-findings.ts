import type { Finding, FindingState, RatchetedFinding } from './finding.ts'
import type { Severity } from '../change/change.ts'

const weight: Readonly<Record<Severity, number>> = { advice: 0, warning: 1, danger: 2 }

/**
 * Tells what a change adds (`new`), makes more severe (`worse`), leaves (`old`) and mends (`fixed`). A finding is the same one when rule,
 * resource and path are; a generated name with another hash is the same resource, and so is another version of its API. One that was
 * accepted and no longer is counts as new.
 */
export function rateFindings(
  base: readonly Finding[],
  head: readonly Finding[],
): readonly RatchetedFinding[] {
  const before = new Map<string, Finding[]>()
  for (const finding of base) {
    const key = identityOf(finding)
    const known = before.get(key)
    if (known === undefined) before.set(key, [finding])
    else known.push(finding)
  }
  const rated = head.map((finding): RatchetedFinding => ({
    ...finding,
    state: stateOf(before.get(identityOf(finding))?.shift(), finding),
  }))
  const fixed = [...before.values()]
    .flat()
    .map((finding): RatchetedFinding => ({ ...finding, state: 'fixed' }))
  return [...rated, ...fixed]
}

function stateOf(before: Finding | undefined, now: Finding): FindingState {
  if (before === undefined) return 'new'
  if (before.suppressed !== undefined && now.suppressed === undefined) return 'new'
  return weight[now.severity] > weight[before.severity] ? 'worse' : 'old'
}

function identityOf({ rule, apiVersion, kind, namespace, name, path }: Finding): string {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
  return JSON.stringify([rule, group, kind, namespace ?? '', stemOf(kind, name), path])
}

/** A name without the hash that kustomize appends: ten characters of its own alphabet. */
function stemOf(kind: string, name: string): string {
  if (kind !== 'ConfigMap' && kind !== 'Secret') return name
  return /^(.+)-[2456789bcdfghkmt]{10}$/.exec(name)?.[1] ?? name
}
