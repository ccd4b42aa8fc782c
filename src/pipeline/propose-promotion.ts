import { covers } from '../core/rollout/lineage.ts'
import { isBroken } from '../core/rollout/rollout-state.ts'
import type { EnvironmentPolicy } from '../core/policy/policy.ts'
import { promotionWords } from '../core/words/proposal-words.ts'
import type { GitHub } from '../ports/github.ts'
import type { Repository } from '../ports/repository.ts'
import type { DeploymentRecord, PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { recordOnce } from './record-once.ts'
import { findLineage } from './find-lineage.ts'
import { planBetween } from './plan-between.ts'
import type { Proposed } from './propose-rollback.ts'

/** Deployments of the environment before whose contributors are looked up. */
const mostPromoted = 50

/**
 * The pull request that brings to an environment what the one before it runs since `record`. One is open for each environment: a newer
 * deployment takes its place. Everybody who contributed to what is promoted is remembered before it is proposed.
 */
export async function proposePromotion(
  deps: PipelineDeps,
  github: GitHub,
  environment: EnvironmentPolicy,
  record: DeploymentRecord,
  askedBy: string | null,
): Promise<Proposed> {
  const { repository: name, sha, pull, installation, rollout } = record
  const { promotion } = environment
  if (promotion === null || promotion.move.length === 0)
    return {
      kind: 'refused',
      reason: `the policy names nothing that a promotion to ${environment.name} moves (promotion.move)`,
    }
  if (isBroken(rollout.state))
    return { kind: 'refused', reason: `it is not well in ${promotion.from}: ${rollout.sentence}` }
  const reading = await github.readPull(name, pull)
  if (reading === undefined) return { kind: 'refused', reason: `#${pull} cannot be read any more` }
  const ref = reading.pull.base.ref
  const access = await github.gitAccess(name)
  const repository = await deps.mirrors.fetch({
    ...access,
    repository: name,
    refs: [sha, `refs/heads/${ref}`],
  })
  const bad = await findQuarantined(deps, repository, record)
  if (bad !== undefined) return { kind: 'refused', reason: bad }

  const known = (await deps.store.proposals(name)).filter(
    (each) => each.kind === 'promotion' && each.environment === environment.name,
  )
  const same = known.find((each) => each.of === sha)
  const tip = await repository.resolve(`refs/heads/${ref}`)
  const plan = await planBetween(repository, promotion.move, { from: sha, to: tip })
  const [problem] = plan.problems
  if (problem !== undefined) return { kind: 'refused', reason: `${problem.file}: ${problem.message}` }
  if (plan.edits.length === 0)
    return {
      kind: 'refused',
      reason: `${environment.name} has everything that ${promotion.from} runs already`,
    }

  const contributors = await findContributors(deps, github, environment, record)
  const words = promotionWords({
    environment: environment.name,
    from: promotion.from,
    commit: sha,
    pull,
    moved: plan.moved,
    rollout,
    contributors,
    askedBy,
  })
  const proposal = {
    kind: 'promotion' as const,
    environment: environment.name,
    of: sha,
    ofPull: pull,
    askedBy,
    contributors,
  }
  // An open one that is brought up to date bars the new contributors before it shows what they made.
  const open = await findOpen(github, name, known)
  if (open !== undefined) {
    const barred = [...new Set([...contributors, ...open.contributors])]
    await deps.store.saveProposal(`${name}#${open.number}` as PullKey, { ...proposal, contributors: barred })
  } else if (same !== undefined && askedBy === null) {
    return { kind: 'known', number: same.number, state: 'closed' }
  }
  const tree = await repository.tree(tip)
  const made = await github.ensureProposal(name, {
    branch: `countersign/promote-${environment.name}`,
    base: { ref, sha: tip },
    files: plan.edits.map(({ path, content }) => ({
      path,
      mode: tree.get(path)?.mode ?? '100644',
      content: content === null ? null : Buffer.from(content),
    })),
    ...words,
    once: false,
  })
  const key: PullKey = `${name}#${made.number}` as PullKey
  await recordOnce(
    deps,
    key,
    'promotion',
    { environment: environment.name, sha },
    { by: askedBy, moved: plan.moved, contributors },
  )
  if (open === undefined || open.number !== made.number) await deps.store.saveProposal(key, proposal)
  await deps.queue.markDue({ key, installation })
  return same?.number === made.number
    ? { kind: 'known', number: made.number, state: made.state }
    : { kind: 'opened', number: made.number }
}

/** A sentence where the commit, or one that it contains and that was not taken back, is quarantined. */
async function findQuarantined(
  deps: PipelineDeps,
  repository: Repository,
  { repository: name, sha }: DeploymentRecord,
): Promise<string | undefined> {
  const proposals = await deps.store.proposals(name)
  for (const bad of await deps.store.quarantined(name)) {
    const [record] = await deps.store.deployments(name, { sha: bad.sha })
    const isTakenBack = proposals.some(({ kind, of }) => kind === 'rollback' && of === bad.sha)
    // A commit that was taken back is in everything after it until git shows otherwise. What was only promoted from here is replaced by
    // the next version, which may be the cure: that alone is held.
    const lineage = isTakenBack
      ? await findLineage(repository, { base: record?.base ?? '', commit: bad.sha }, [sha])
      : {}
    if (bad.sha === sha || covers(lineage[sha] ?? 'unknown'))
      return `${bad.sha === sha ? 'it' : `it contains ${bad.sha.slice(0, 7)}, which`} was taken back (${bad.reason}); \`/release\` on ${record === undefined ? 'its pull request' : `#${record.pull}`} lifts that`
  }
  return undefined
}

/** Everybody who took part in the pull requests that reached the environment before since the last promotion was merged. */
async function findContributors(
  deps: PipelineDeps,
  github: GitHub,
  environment: EnvironmentPolicy,
  record: DeploymentRecord,
): Promise<readonly string[]> {
  const { repository: name } = record
  const all = await deps.store.deployments(name, {
    environment: environment.promotion?.from,
    limit: mostPromoted,
  })
  const live = await deps.store.deployments(name, { environment: environment.name, limit: mostPromoted })
  const promotions = (await deps.store.proposals(name)).filter(({ kind }) => kind === 'promotion')
  const last = promotions.find(({ number }) => live.some(({ pull }) => pull === number))
  const found = new Set<string>()
  for (const each of all) {
    if (each.mergedAt > record.mergedAt) continue
    if (each.sha === last?.of) break
    const reading = await github.readPull(name, each.pull)
    if (reading === undefined) continue
    const { author, commits, head } = reading.pull
    const own = await deps.store.proposal(`${name}#${each.pull}` as PullKey)
    const people = [
      author,
      ...commits.flatMap((commit) => [commit.author, commit.committer, ...commit.coAuthors]),
    ]
    for (const person of people) if (person?.type === 'User') found.add(person.login)
    for (const login of [
      ...(await deps.store.pushers(name, head.ref)),
      ...reading.forcePushers,
      ...(own?.contributors ?? []),
    ])
      found.add(login)
  }
  found.delete('web-flow')
  return [...found].sort()
}

async function findOpen<Known extends { readonly number: number }>(
  github: GitHub,
  name: string,
  known: readonly Known[],
): Promise<Known | undefined> {
  // Newest first: at most one is open, and it is among the newest.
  for (const each of known.slice(0, 3)) {
    const reading = await github.readPull(name, each.number)
    if (reading?.pull.state === 'open') return each
  }
  return undefined
}
