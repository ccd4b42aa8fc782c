import type { ProtectionFacts, WantedRuleset } from '../../core/protection.ts'
import { githubError, splitRepository, statusOf, type Octokit } from './octokit.ts'

type Requests = Pick<Octokit, 'rest'>
interface Rule {
  readonly type: string
  readonly ruleset_id?: number
  readonly parameters?: {
    readonly strict_required_status_checks_policy?: boolean
    readonly required_status_checks?: readonly {
      readonly context: string
      readonly integration_id?: number | null
    }[]
  }
}

/**
 * What rulesets and classic protection enforce on a branch, as far as these credentials may see: who may bypass is told to
 * administrators only. https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch
 */
export async function readProtection(
  octokit: Requests,
  repository: string,
  branch: string,
): Promise<ProtectionFacts> {
  const at = splitRepository(repository)
  try {
    const { data } = await octokit.rest.repos.getBranchRules({ ...at, branch, per_page: 100 })
    const rules = data as readonly Rule[]
    const classic = await readClassic(octokit, repository, branch)
    const { data: found } = await octokit.rest.repos.get(at)
    const { data: rulesets } = await octokit.rest.repos.getRepoRulesets({ ...at, per_page: 100 })
    const checks = rules.flatMap((rule) => rule.parameters?.required_status_checks ?? [])
    return {
      defaultBranch: found.default_branch,
      checks: [
        ...checks.map(({ context, integration_id }) => ({ name: context, app: integration_id ?? null })),
        ...classic.checks,
      ],
      // Of a classic protection readers are not told.
      upToDateOnly: rules.some(({ parameters }) => parameters?.strict_required_status_checks_policy === true),
      pullRequestOnly: rules.some(({ type }) => type === 'pull_request') || classic.protected,
      forbidsForcePush: rules.some(({ type }) => type === 'non_fast_forward') || classic.protected,
      bypass: await readBypass(octokit, repository, rules),
      disabled: rulesets.filter(({ enforcement }) => enforcement !== 'active').map(({ name }) => name),
    }
  } catch (thrown) {
    throw githubError(`read the protection of ${branch}`, thrown)
  }
}

/** https://docs.github.com/en/rest/branches/branches#get-a-branch tells readers of a classic protection what checks it requires. */
async function readClassic(
  octokit: Requests,
  repository: string,
  branch: string,
): Promise<{ protected: boolean; checks: ProtectionFacts['checks'] }> {
  const { data } = await octokit.rest.repos.getBranch({ ...splitRepository(repository), branch })
  const protection = data.protection as {
    readonly enabled?: boolean
    readonly required_status_checks?: {
      readonly contexts?: readonly string[]
      readonly checks?: readonly { readonly context: string; readonly app_id: number | null }[]
    }
  }
  const required = protection.required_status_checks
  const checks =
    required?.checks?.map(({ context, app_id }) => ({
      name: context,
      app: app_id !== null && app_id > 0 ? app_id : null,
    })) ??
    required?.contexts?.map((name) => ({ name, app: null })) ??
    []
  return { protected: protection.enabled === true, checks }
}

async function readBypass(
  octokit: Requests,
  repository: string,
  rules: readonly Rule[],
): Promise<readonly string[] | null> {
  const requiring = rules
    .filter(({ type }) => type === 'required_status_checks')
    .flatMap((rule) => rule.ruleset_id ?? [])
  const actors: string[] = []
  for (const id of new Set(requiring)) {
    const ruleset = await readRuleset(octokit, repository, id)
    if (ruleset === undefined || ruleset.bypass_actors === undefined) return null
    actors.push(
      ...ruleset.bypass_actors.map(
        ({ actor_type, actor_id }) => `${actor_type}${actor_id == null ? '' : ` ${actor_id}`}`,
      ),
    )
  }
  return actors
}

interface Ruleset {
  readonly bypass_actors?:
    readonly { readonly actor_type: string; readonly actor_id?: number | null }[] | undefined
}

/** Undefined: a ruleset of the organisation, which these credentials may not read. */
async function readRuleset(octokit: Requests, repository: string, id: number): Promise<Ruleset | undefined> {
  try {
    const { data } = await octokit.rest.repos.getRepoRuleset({
      ...splitRepository(repository),
      ruleset_id: id,
    })
    return data
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined
    throw thrown
  }
}

/** Creates the ruleset, or brings the one of its name up to date. Takes an administrator's credentials. */
export async function ensureRuleset(
  octokit: Requests,
  repository: string,
  wanted: WantedRuleset,
): Promise<void> {
  const at = splitRepository(repository)
  try {
    const { data } = await octokit.rest.repos.getRepoRulesets({
      ...at,
      per_page: 100,
      includes_parents: false,
    })
    const existing = data.find(({ name }) => name === wanted.name)
    const { conditions, ...rest } = wanted
    const body = { ...at, ...rest, conditions }
    if (existing === undefined) await octokit.rest.repos.createRepoRuleset(body)
    else await octokit.rest.repos.updateRepoRuleset({ ...body, ruleset_id: existing.id })
  } catch (thrown) {
    throw githubError(
      `write the ruleset of ${repository} (it takes a token of an administrator in GITHUB_TOKEN)`,
      thrown,
    )
  }
}
