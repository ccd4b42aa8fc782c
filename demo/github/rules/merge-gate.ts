import { resultsAt } from '../operations/results-at.ts'
import type { Account, Actor, Pull, Repository, RequiredCheck, Review } from '../world/model.ts'
import { atLeast, installationOf, isGranted, roleOf } from '../world/people.ts'
import type { World } from '../world/world.ts'
import { isExempt, rulesOf, type BranchRules } from './branch-rules.ts'

export interface Blocker {
  readonly source: BranchRules['source']
  readonly kind: 'reviews' | 'changes-requested' | 'checks' | 'behind' | 'restricted'
  /** In GitHub's words. */
  readonly message: string
}

/** Reviews by people who can write count (and by Apps that can write contents); nobody else's. */
function counts(world: World, account: Account, repository: Repository): boolean {
  if (account.type === 'User') return atLeast(roleOf(account, repository), 'write')
  const app = [...world.apps.values()].find((each) => each.bot === account)
  if (app === undefined || installationOf(world, repository, app.id) === undefined) return false
  return isGranted(app.permissions, 'contents:write')
}

/** The last opinion of each reviewer; a dismissed one is no opinion, and revives none. */
export function opinions(pull: Pull): Review[] {
  const latest = new Map<number, Review>()
  for (const review of pull.reviews)
    if (review.state !== 'COMMENTED' && review.state !== 'PENDING') latest.set(review.user.id, review)
  return [...latest.values()].filter((review) => review.state !== 'DISMISSED')
}

export const countedOpinions = (world: World, pull: Pull): Review[] =>
  opinions(pull).filter((review) => counts(world, review.user, pull.repository))

/** Null: nothing asks for reviews. */
export function reviewDecision(
  world: World,
  pull: Pull,
): 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null {
  const demands = rulesOf(pull.repository, pull.baseRef).flatMap((rules) => rules.reviews ?? [])
  const counted = countedOpinions(world, pull)
  if (counted.some((review) => review.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED'
  const need = Math.max(0, ...demands.map((demand) => demand.count))
  if (demands.length === 0 || need === 0) return null
  return counted.filter((review) => review.state === 'APPROVED').length >= need
    ? 'APPROVED'
    : 'REVIEW_REQUIRED'
}

function reviewBlockers(world: World, pull: Pull, rules: BranchRules): Blocker[] {
  const { source, reviews } = rules
  if (reviews === null) return []
  const counted = countedOpinions(world, pull)
  const approvals = counted.filter((review) => review.state === 'APPROVED')
  if (counted.some((review) => review.state === 'CHANGES_REQUESTED'))
    return [{ source, kind: 'changes-requested', message: 'Changes have been requested.' }]
  if (approvals.length < reviews.count) {
    const what = reviews.count === 1 ? '1 approving review is' : `${reviews.count} approving reviews are`
    return [{ source, kind: 'reviews', message: `At least ${what} required by reviewers with write access.` }]
  }
  if (
    reviews.lastPush &&
    !approvals.some((review) => review.user !== pull.lastPusher && review.commitId === pull.headSha)
  )
    return [
      {
        source,
        kind: 'reviews',
        message: 'New changes require approval from someone other than the last pusher.',
      },
    ]
  return []
}

/** Why the required checks are not green at a commit, in GitHub's words; null when they are. */
export function checksProblem(
  repository: Repository,
  sha: string,
  required: readonly RequiredCheck[],
): string | null {
  const results = resultsAt(repository, sha)
  const lacking = required.flatMap((check) => {
    const same = results.filter(
      (result) => result.name === check.context && (check.appId === null || result.appId === check.appId),
    )
    if (same.length > 0 && same.every((result) => result.outcome === 'success')) return []
    const outcome =
      same.find((result) => result.outcome === 'failure')?.outcome ??
      same.find((result) => result.outcome === 'pending')?.outcome
    const word = outcome === 'failure' ? 'failing' : outcome === 'pending' ? 'pending' : 'expected'
    return [{ name: check.context, word }]
  })
  if (lacking.length === 0) return null
  const [first] = lacking
  if (lacking.length === 1 && first !== undefined)
    return first.word === 'pending'
      ? `Required status check "${first.name}" is in progress.`
      : `Required status check "${first.name}" is ${first.word}.`
  const parts = ['failing', 'pending', 'expected'].flatMap((word) => {
    const number = lacking.filter((each) => each.word === word).length
    return number === 0 ? [] : [`${number} ${word}`]
  })
  return `${lacking.length} of ${required.length} required status checks have not succeeded: ${parts.join(', ')}.`
}

async function checkBlockers(pull: Pull, rules: BranchRules): Promise<Blocker[]> {
  const { source, checks } = rules
  if (checks === null) return []
  const problem = checksProblem(pull.repository, pull.headSha, checks.checks)
  const found: Blocker[] = problem === null ? [] : [{ source, kind: 'checks', message: problem }]
  const tip = pull.repository.git.branch(pull.baseRef) ?? pull.baseSha
  if (checks.strict && !(await pull.repository.git.isAncestor(tip, pull.headSha)))
    found.push({ source, kind: 'behind', message: 'The head branch is not up to date with the base branch.' })
  return found
}

function restrictionBlockers(rules: BranchRules, actor: Actor, repository: Repository): Blocker[] {
  const { source } = rules
  if (rules.restrictions === null || actor.kind === 'anonymous') return []
  const { users, teams, apps } = rules.restrictions
  const allowed =
    actor.kind === 'person'
      ? users.includes(actor.account.login.toLowerCase()) ||
        teams.some((slug) => isMember(repository, slug, actor.account))
      : actor.kind === 'installation' && apps.includes(actor.installation.app.slug)
  return allowed
    ? []
    : [{ source, kind: 'restricted', message: "You're not authorized to push to this branch." }]
}

function isMember(repository: Repository, slug: string, account: Account): boolean {
  const { owner } = repository
  if (!('teams' in owner)) return false
  const teams = owner.teams as ReadonlyMap<string, { readonly members: ReadonlyMap<number, unknown> }>
  return teams.get(slug)?.members.has(account.id) === true
}

/** What keeps this pull request from being merged by this actor. An anonymous actor is bound by every rule. */
export async function mergeBlockers(world: World, pull: Pull, actor: Actor): Promise<Blocker[]> {
  const found: Blocker[] = []
  for (const rules of rulesOf(pull.repository, pull.baseRef)) {
    if (isExempt(rules, actor, pull.repository, 'pull_request')) continue
    found.push(...reviewBlockers(world, pull, rules), ...(await checkBlockers(pull, rules)))
    found.push(...restrictionBlockers(rules, actor, pull.repository))
  }
  return found
}

export const requiredCheckNames = (repository: Repository, branch: string): ReadonlySet<string> =>
  new Set(
    rulesOf(repository, branch).flatMap((rules) => rules.checks?.checks.map((check) => check.context) ?? []),
  )
