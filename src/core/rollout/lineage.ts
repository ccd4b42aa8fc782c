/**
 * How a revision that a cluster names relates to the followed commit, found by git before anything is judged:
 * `is` it; `contains` it (a later commit, and the change is still in it); `reverted` (a later commit that took the change back);
 * `before` it; `apart` (neither contains the other); `unknown` (git does not have it).
 */
export type Relation = 'is' | 'contains' | 'reverted' | 'before' | 'apart' | 'unknown'

/** By commit id as `revisionOf` gives it. A revision that is not listed is unknown. */
export type Lineage = Readonly<Record<string, Relation>>

/**
 * The commit in a revision as Flux or Argo CD write it: `main@sha1:<id>`, `sha1:<id>`, `v1.0@sha1:<id>`, the older `main/<id>`, or the bare id.
 * Undefined where it names none (a branch, a chart version). https://fluxcd.io/flux/components/source/gitrepositories/#artifact
 */
export function revisionOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length > 500) return undefined
  const last = /(?:^|[:/@])([0-9a-f]{40}|[0-9a-f]{64})$/i.exec(text.trim())
  return last?.[1]?.toLowerCase()
}

export function relationOf(lineage: Lineage, revision: string | undefined): Relation {
  if (revision === undefined || !Object.hasOwn(lineage, revision)) return 'unknown'
  return lineage[revision] ?? 'unknown'
}

/** The followed change is in that revision. */
export function covers(relation: Relation): boolean {
  return relation === 'is' || relation === 'contains'
}
