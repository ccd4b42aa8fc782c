import { runGit } from '../git/run-git.ts'
import type { CommitObject } from '../git/parse-commit.ts'
import { rulesOf } from '../rules/branch-rules.ts'
import type { RefUpdate } from '../rules/push-gate.ts'
import type { Services } from '../services.ts'
import { repositoryPage } from '../views/repositories.ts'
import type { Account, Pull, Repository } from '../world/model.ts'
import { announcePull, recordEvent } from './announce.ts'
import { ensureSuites } from './checks.ts'
import { openPulls } from './find-pulls.ts'
import { closeAsMerged } from './close-as-merged.ts'
import { comparedCommits, emptyTree, judgeMergeability } from './mergeability.ts'
import { dismissReview } from './review-pull.ts'

const zero = '0'.repeat(40)

/**
 * What GitHub does after refs moved, however they moved: `push` events, pull requests follow their head, close with their
 * branch, or count as merged when their commits arrived on the base. Runs while the repository is held exclusively.
 */
export async function afterRefChanges(
  services: Services,
  repository: Repository,
  pusher: Account,
  updates: readonly RefUpdate[],
): Promise<void> {
  const { world } = services
  repository.pushedAt = world.now()
  for (const update of updates) {
    await announcePush(services, repository, pusher, update)
    if (!update.ref.startsWith('refs/heads/')) continue
    const branch = update.ref.slice('refs/heads/'.length)
    if (update.after !== null) await ensureSuites(services, repository, update.after, branch, pusher)
    for (const base of new Set([repository, ...(repository.parent === null ? [] : [repository.parent])]))
      for (const pull of openPulls(base))
        if (pull.headRepository === repository && pull.headRef === branch)
          await followHead(services, pull, pusher, update.after)
    if (update.after !== null)
      await closeMerged(services, repository, branch, update.after, update.before, pusher)
  }
}

async function followHead(
  services: Services,
  pull: Pull,
  pusher: Account,
  after: string | null,
): Promise<void> {
  const { world } = services
  if (after === null) {
    pull.state = 'closed'
    pull.closedAt = world.now()
    recordEvent(world, pull, { type: 'ClosedEvent', actor: pusher })
    await announcePull(services, pull, 'closed', pusher)
    return
  }
  const before = pull.headSha
  const { git } = pull.repository
  if (pull.headRepository !== pull.repository && pull.headRepository !== null)
    await runGit(git.directory, ['fetch', '--quiet', '--no-tags', pull.headRepository.git.directory, after])
  await git.updateRef(`refs/pull/${pull.number}/head`, after)
  const known = new Set((await comparedCommits(pull)).commits)
  pull.headSha = after
  pull.baseSha = git.branch(pull.baseRef) ?? pull.baseSha
  pull.lastPusher = pusher
  if (!(await git.isAncestor(before, after)))
    recordEvent(world, pull, { type: 'HeadRefForcePushedEvent', actor: pusher, before, after })
  for (const sha of (await comparedCommits(pull)).commits)
    if (!known.has(sha)) recordEvent(world, pull, { type: 'PullRequestCommit', sha })
  await judgeMergeability(world, pull)
  await announcePull(services, pull, 'synchronize', pusher, { before, after })
  dismissStale(services, pull, pusher)
}

function dismissStale(services: Services, pull: Pull, pusher: Account): void {
  if (!rulesOf(pull.repository, pull.baseRef).some((rules) => rules.reviews?.dismissStale === true)) return
  for (const review of pull.reviews)
    if (review.state === 'APPROVED' && review.commitId !== pull.headSha)
      dismissReview(services, review, pusher, null)
}

async function closeMerged(
  services: Services,
  repository: Repository,
  branch: string,
  tip: string,
  before: string | null,
  pusher: Account,
): Promise<void> {
  for (const pull of openPulls(repository)) {
    if (pull.baseRef !== branch || !(await repository.git.isAncestor(pull.headSha, tip))) continue
    closeAsMerged(services, pull, before ?? pull.baseSha, tip, pusher)
    await announcePull(services, pull, 'closed', pusher)
  }
}

async function describeCommit(
  services: Services,
  repository: Repository,
  commit: CommitObject,
): Promise<unknown> {
  const { world } = services
  const [parent] = commit.parents
  const changes = await repository.git.changes(parent ?? emptyTree, commit.sha)
  const person = ({ name, email }: CommitObject['author']): unknown => {
    const account = world.accountOfEmail(email)
    return { name, email, ...(account === null ? {} : { username: account.login }) }
  }
  const paths = (status: string): string[] =>
    changes.filter((change) => change.status === status).map(({ path }) => path)
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repositoryPage(world, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: [...paths('added'), ...paths('renamed')],
    removed: [...paths('removed'), ...changes.flatMap((change) => change.previousPath ?? [])],
    modified: paths('modified'),
  }
}

/** A `push` event: at most the last 20 commits are described. */
async function announcePush(
  services: Services,
  repository: Repository,
  pusher: Account,
  update: RefUpdate,
): Promise<void> {
  const { world, webhooks } = services
  const { git } = repository
  const { ref, before, after } = update
  const resolved = after === null ? undefined : await git.resolve(after)
  const isBranch = ref.startsWith('refs/heads/')
  const known = [
    before,
    before === null && ref !== `refs/heads/${repository.defaultBranch}`
      ? git.branch(repository.defaultBranch)
      : null,
  ]
  const from = known.find((sha) => sha != null)
  const ids = resolved === undefined || from == null || !isBranch ? [] : await git.between(from, resolved)
  const commits = await git.commits(ids.slice(-20))
  const head =
    resolved === undefined ? null : await describeCommit(services, repository, await git.commit(resolved))
  const payload = {
    ref,
    before: before ?? zero,
    after: after ?? zero,
    created: before === null,
    deleted: after === null,
    forced: before !== null && after !== null && isBranch && !(await git.isAncestor(before, after)),
    base_ref: null,
    compare: `${repositoryPage(world, repository)}/compare/${(before ?? zero).slice(0, 12)}...${(after ?? zero).slice(0, 12)}`,
    commits: await Promise.all(commits.map((commit) => describeCommit(services, repository, commit))),
    head_commit: head,
    pusher: { name: pusher.login, email: [...pusher.emails][0] ?? null },
  }
  webhooks.send({ event: 'push', action: null, payload, sender: pusher, repository })
}
