import picomatch from 'picomatch'
import type {
  Actor,
  Organization,
  Protection,
  Repository,
  RequiredCheck,
  RequiredReviews,
  Ruleset,
} from '../world/model.ts'
import { roleOf } from '../world/people.ts'

/** What one source (classic protection, or one ruleset) asks of a branch. */
export interface BranchRules {
  readonly source: 'protection' | 'ruleset'
  readonly ruleset: Ruleset | null
  readonly reviews: RequiredReviews | null
  /** Changes come by pull request only. */
  readonly pullRequestOnly: boolean
  readonly checks: { readonly strict: boolean; readonly checks: readonly RequiredCheck[] } | null
  readonly linearHistory: boolean
  readonly forbidsForcePush: boolean
  readonly forbidsDeletion: boolean
  readonly forbidsCreation: boolean
  readonly forbidsUpdate: boolean
  readonly mergeMethods: readonly string[] | null
  readonly restrictions: Protection['restrictions']
  readonly bindsAdmins: boolean
}

export function rulesetApplies(ruleset: Ruleset, repository: Repository, branch: string): boolean {
  if (ruleset.target !== 'branch') return false
  const ref = `refs/heads/${branch}`
  const matches = (pattern: string): boolean =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' && branch === repository.defaultBranch) ||
    picomatch.isMatch(ref, pattern, { dot: true })
  return ruleset.include.some(matches) && !ruleset.exclude.some(matches)
}

function ofProtection(protection: Protection): BranchRules {
  return {
    source: 'protection',
    ruleset: null,
    reviews: protection.reviews,
    pullRequestOnly: protection.reviews !== null,
    checks: protection.checks,
    linearHistory: protection.linearHistory,
    forbidsForcePush: !protection.allowForcePushes,
    forbidsDeletion: !protection.allowDeletions,
    forbidsCreation: false,
    forbidsUpdate: false,
    mergeMethods: null,
    restrictions: protection.restrictions,
    bindsAdmins: protection.enforceAdmins,
  }
}

interface CheckParameter {
  readonly context: string
  readonly integration_id?: number | null
}

function ofRuleset(ruleset: Ruleset): BranchRules {
  const rule = (type: string): Readonly<Record<string, unknown>> | undefined => {
    const found = ruleset.rules.find((each) => each.type === type)
    return found === undefined ? undefined : (found.parameters ?? {})
  }
  const pull = rule('pull_request')
  const checks = rule('required_status_checks')
  return {
    source: 'ruleset',
    ruleset,
    reviews:
      pull === undefined
        ? null
        : {
            count: Number(pull.required_approving_review_count ?? 0),
            dismissStale: pull.dismiss_stale_reviews_on_push === true,
            codeOwners: pull.require_code_owner_review === true,
            lastPush: pull.require_last_push_approval === true,
          },
    pullRequestOnly: pull !== undefined,
    checks:
      checks === undefined
        ? null
        : {
            strict: checks.strict_required_status_checks_policy === true,
            checks: ((checks.required_status_checks ?? []) as CheckParameter[]).map((check) => ({
              context: check.context,
              appId: check.integration_id ?? null,
            })),
          },
    linearHistory: rule('required_linear_history') !== undefined,
    forbidsForcePush: rule('non_fast_forward') !== undefined,
    forbidsDeletion: rule('deletion') !== undefined,
    forbidsCreation: rule('creation') !== undefined,
    forbidsUpdate: rule('update') !== undefined,
    mergeMethods: (pull?.allowed_merge_methods as string[] | undefined) ?? null,
    restrictions: null,
    bindsAdmins: true,
  }
}

/** Everything that is asked of a branch, from classic protection and from every active ruleset. */
export function rulesOf(repository: Repository, branch: string): BranchRules[] {
  const protection = repository.protections.get(branch)
  const rulesets = [...repository.rulesets.values()].filter(
    (ruleset) => ruleset.enforcement === 'active' && rulesetApplies(ruleset, repository, branch),
  )
  return [...(protection === undefined ? [] : [ofProtection(protection)]), ...rulesets.map(ofRuleset)]
}

const repositoryRoleIds: Readonly<Record<number, string>> = { 2: 'maintain', 4: 'write', 5: 'admin' }

function isBypassActor(
  entry: Ruleset['bypassActors'][number],
  actor: Actor,
  repository: Repository,
): boolean {
  if (actor.kind === 'installation')
    return entry.actor_type === 'Integration' && entry.actor_id === actor.installation.app.id
  if (actor.kind !== 'person') return false
  const organization =
    repository.owner.type === 'Organization' ? (repository.owner as Organization) : undefined
  if (entry.actor_type === 'OrganizationAdmin')
    return organization?.members.get(actor.account.id)?.role === 'admin'
  if (entry.actor_type === 'RepositoryRole')
    return roleOf(actor.account, repository) === repositoryRoleIds[entry.actor_id ?? 0]
  if (entry.actor_type !== 'Team') return false
  const team = [...(organization?.teams.values() ?? [])].find((each) => each.id === entry.actor_id)
  return team?.members.has(actor.account.id) === true
}

/** Whether these rules do not bind whoever acts: an admin under lax classic protection, or a bypass actor of a ruleset. */
export function isExempt(
  rules: BranchRules,
  actor: Actor,
  repository: Repository,
  through: 'push' | 'pull_request',
): boolean {
  if (rules.ruleset === null)
    return !rules.bindsAdmins && actor.kind === 'person' && roleOf(actor.account, repository) === 'admin'
  return rules.ruleset.bypassActors.some(
    (entry) =>
      isBypassActor(entry, actor, repository) &&
      (entry.bypass_mode === 'always' || entry.bypass_mode === through),
  )
}
