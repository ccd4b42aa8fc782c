import { rollbackWords } from '../core/words/proposal-words.ts'
import type { GitHub, ProposedChange } from '../ports/github.ts'
import type { Repository } from '../ports/repository.ts'
import type { DeploymentRecord, PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { recordOnce } from './record-once.ts'

/** What came of asking for a rollback. */
export type Proposed =
  | { readonly kind: 'opened'; readonly number: number }
  /** It was opened before, and is open, merged, or was closed by somebody. */
  | { readonly kind: 'known'; readonly number: number; readonly state: 'open' | 'closed' | 'merged' }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * The pull request that takes one deployment back, opened at most once for a commit. The commit is quarantined: nothing that contains it is promoted
 * until somebody releases it.
 */
export async function proposeRollback(
  deps: PipelineDeps,
  github: GitHub,
  record: DeploymentRecord,
  asked: { readonly by: string | null; readonly reason: string },
): Promise<Proposed> {
  const { repository: name, sha, base, pull, environment, rollout } = record
  const key: PullKey = `${name}#${pull}` as PullKey
  const own = await deps.store.proposal(key)
  if (own?.kind === 'rollback')
    return {
      kind: 'refused',
      reason: `#${pull} is a rollback itself; what it took back is in #${own.ofPull}`,
    }
  const before = (await deps.store.proposals(name)).find(
    (each) => each.kind === 'rollback' && each.of === sha,
  )
  const reading = await github.readPull(name, pull)
  if (reading === undefined) return { kind: 'refused', reason: `#${pull} cannot be read any more` }

  const ref = reading.pull.base.ref
  const access = await github.gitAccess(name)
  const repository = await deps.mirrors.fetch({
    ...access,
    repository: name,
    refs: [sha, `refs/heads/${ref}`],
  })
  const tip = await repository.resolve(`refs/heads/${ref}`)
  const tree = await repository.revertTree(tip, { before: base, after: sha })
  if (tree === undefined)
    return {
      kind: 'refused',
      reason: `what came after #${pull} touches the same lines; take it back by hand, in a pull request of its own`,
    }
  if (tree === (await repository.treeId(tip)))
    return { kind: 'refused', reason: `${ref} does not contain the change of #${pull} any more` }

  const branch = `countersign/rollback-${sha.slice(0, 12)}`
  const others = (await deps.store.deployments(name, { sha }))
    .map((each) => each.environment)
    .filter((each) => each !== environment)
  const words = rollbackWords({
    environment,
    commit: sha,
    pull,
    pullTitle: reading.title,
    rollout,
    askedBy: asked.by,
    reason: asked.reason,
    others,
  })
  const why = asked.by === null ? rollout.sentence : `${asked.by}: ${asked.reason}`
  await deps.store.quarantine(name, sha, why)
  // What a promotion brought here is not to come again from where it came from.
  if (own !== undefined) await deps.store.quarantine(name, own.of, why)
  const made = await github.ensureProposal(name, {
    branch,
    base: { ref, sha: tip },
    files: await filesBetween(repository, tip, tree),
    ...words,
    once: true,
  })
  await recordOnce(
    deps,
    key,
    'rollback',
    { environment, sha, opened: made.number },
    { by: asked.by, reason: asked.reason },
  )
  if (before !== undefined && before.number === made.number)
    return { kind: 'known', number: made.number, state: made.state }
  const proposal = {
    kind: 'rollback' as const,
    environment,
    of: sha,
    ofPull: pull,
    askedBy: asked.by,
    contributors: [],
  }
  await deps.store.saveProposal(`${name}#${made.number}` as PullKey, proposal)
  await deps.queue.markDue({ key: `${name}#${made.number}` as PullKey, installation: record.installation })
  return made.state === 'open'
    ? { kind: 'opened', number: made.number }
    : { kind: 'known', number: made.number, state: made.state }
}

/** What has to be written on top of a commit to get a tree. */
async function filesBetween(
  repository: Repository,
  commit: string,
  tree: string,
): Promise<ProposedChange['files']> {
  const paths = await repository.changedFiles(commit, tree)
  const entries = await repository.tree(tree)
  const old = await repository.tree(commit)
  const blobs = await repository.blobs(paths.flatMap((path) => entries.get(path)?.blob ?? []))
  return paths.map((path) => {
    const entry = entries.get(path)
    const mode = entry?.mode ?? old.get(path)?.mode ?? '100644'
    return { path, mode, content: entry === undefined ? null : (blobs.get(entry.blob) ?? null) }
  })
}
