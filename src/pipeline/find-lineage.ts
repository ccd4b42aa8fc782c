import { AppError } from '../errors.ts'
import { listAt, textAt } from '../core/rollout/json-at.ts'
import { revisionOf, type Lineage, type Relation } from '../core/rollout/lineage.ts'
import type { Observation } from '../core/rollout/observation.ts'
import { revisionsOfEvent } from '../core/rollout/read-flux-event.ts'
import type { Repository } from '../ports/repository.ts'

/** Every commit that observations name, so that git can be asked how each relates to the followed one. */
export function revisionsIn(observations: readonly Observation[]): readonly string[] {
  const found = new Set<string>()
  for (const observation of observations) {
    if (observation.via === 'flux-event')
      for (const each of revisionsOfEvent(observation.event)) found.add(each)
    if (observation.via === 'github') found.add(observation.status.sha.toLowerCase())
    if (observation.via === 'object')
      for (const each of revisionsOfObject(observation.object)) found.add(each)
  }
  return [...found]
}

function revisionsOfObject(object: unknown): readonly string[] {
  const operation = ['status', 'operationState'] as const
  const texts = [
    textAt(object, 'status', 'lastAppliedRevision'),
    textAt(object, 'status', 'lastAppliedOriginRevision'),
    textAt(object, 'status', 'lastAttemptedRevision'),
    textAt(object, 'status', 'sync', 'revision'),
    ...listAt(object, 'status', 'sync', 'revisions'),
    textAt(object, ...operation, 'syncResult', 'revision'),
    ...listAt(object, ...operation, 'syncResult', 'revisions'),
    textAt(object, ...operation, 'operation', 'sync', 'revision'),
    ...listAt(object, ...operation, 'operation', 'sync', 'revisions'),
    textAt(object, 'status', 'sourceHydrator', 'lastSuccessfulOperation', 'drySHA'),
    /\bsha:\s*([0-9a-f]{40})\b/i.exec(textAt(object, 'status', 'fetch', 'stdout') ?? '')?.[1],
  ]
  return texts.flatMap((text) => (typeof text === 'string' ? (revisionOf(text) ?? []) : []))
}

/**
 * How each revision relates to a merge (`base` before it, `commit` after it). A later revision has taken it back when every file that the
 * merge changed is there as it was before the merge.
 */
export async function findLineage(
  repository: Repository,
  merge: { readonly base: string; readonly commit: string },
  revisions: readonly string[],
): Promise<Lineage> {
  const lineage: Record<string, Relation> = { [merge.commit]: 'is' }
  for (const revision of revisions) {
    if (revision !== merge.commit) lineage[revision] = await relate(repository, merge, revision)
  }
  return lineage
}

async function relate(
  repository: Repository,
  { base, commit }: { readonly base: string; readonly commit: string },
  revision: string,
): Promise<Relation> {
  try {
    const common = await repository.mergeBase(commit, revision)
    if (common === revision) return 'before'
    if (common !== commit) return 'apart'
    return (await isTakenBack(repository, { base, commit, revision })) ? 'reverted' : 'contains'
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'unknown-commit') return 'unknown'
    throw thrown
  }
}

async function isTakenBack(
  repository: Repository,
  { base, commit, revision }: { readonly base: string; readonly commit: string; readonly revision: string },
): Promise<boolean> {
  if (base === '') return false
  const changed = await repository.changedFiles(base, commit)
  if (changed.length === 0) return false
  const [before, now] = [await repository.tree(base), await repository.tree(revision)]
  return changed.every((path) => before.get(path)?.blob === now.get(path)?.blob)
}
