import { viewAccount, viewApp, viewTeam } from '../views/accounts.ts'
import { viewCommit } from '../views/commits.ts'
import { repositoryPage, repositoryUrl } from '../views/repositories.ts'
import { rulesOf } from '../rules/branch-rules.ts'
import type { Organization, Protection, Repository, RequiredCheck } from '../world/model.ts'
import { Refusal } from '../world/refusal.ts'
import { listed, noContent, ok, repositoryRoute, type Call, type Route } from './route.ts'

type RepositoryCall = Call & { readonly repository: Repository }
const read = { app: 'contents:read', role: 'read' } as const
const administer = (level: string): { app: string; role: 'admin' } => ({
  app: `administration:${level}`,
  role: 'admin',
})
const root = '/repos/{owner}/{repo}/branches'
const protection = `${root}/{branch}/protection`

const protectionUrl = (call: RepositoryCall, branch: string): string =>
  `${repositoryUrl(call.world, call.repository)}/branches/${encodeURIComponent(branch)}/protection`

function branchOf(call: RepositoryCall): { name: string; sha: string } {
  const name = call.params.branch ?? ''
  const sha = call.repository.git.branch(name)
  if (sha === undefined) throw new Refusal(404, 'Branch not found')
  return { name, sha }
}

const summaryOf = (repository: Repository, branch: string): Record<string, unknown> => {
  const checks = repository.protections.get(branch)?.checks?.checks ?? []
  const required_status_checks = {
    enforcement_level: checks.length === 0 ? 'off' : 'non_admins',
    contexts: checks.map((check) => check.context),
    checks: checks.map((check) => ({ context: check.context, app_id: check.appId })),
  }
  return { enabled: repository.protections.has(branch), required_status_checks }
}

export function viewProtection(
  call: RepositoryCall,
  branch: string,
  kept: Protection,
): Record<string, unknown> {
  const url = protectionUrl(call, branch)
  const { checks, reviews, restrictions } = kept
  return {
    url,
    enforce_admins: { url: `${url}/enforce_admins`, enabled: kept.enforceAdmins },
    required_linear_history: { enabled: kept.linearHistory },
    allow_force_pushes: { enabled: kept.allowForcePushes },
    allow_deletions: { enabled: kept.allowDeletions },
    ...(checks === null
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: checks.strict,
            contexts: checks.checks.map((check) => check.context),
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: checks.checks.map((check) => ({ context: check.context, app_id: check.appId })),
          },
        }),
    ...(reviews === null
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: reviews.dismissStale,
            require_code_owner_reviews: reviews.codeOwners,
            require_last_push_approval: reviews.lastPush,
            required_approving_review_count: reviews.count,
          },
        }),
    ...(restrictions === null
      ? {}
      : { restrictions: viewRestrictions(call, `${url}/restrictions`, restrictions) }),
  }
}

function viewRestrictions(
  call: RepositoryCall,
  url: string,
  restrictions: NonNullable<Protection['restrictions']>,
): unknown {
  const { world, repository } = call
  const teams =
    repository.owner.type === 'Organization'
      ? (repository.owner as Organization).teams
      : new Map<string, never>()
  return {
    url,
    users_url: `${url}/users`,
    teams_url: `${url}/teams`,
    apps_url: `${url}/apps`,
    users: restrictions.users
      .flatMap((login) => world.account(login) ?? [])
      .map((account) => viewAccount(world, account)),
    teams: restrictions.teams.flatMap((slug) => teams.get(slug) ?? []).map((team) => viewTeam(world, team)),
    apps: [...world.apps.values()]
      .filter((app) => restrictions.apps.includes(app.slug))
      .map((app) => viewApp(world, app)),
  }
}

interface ProtectionBody {
  readonly required_status_checks: {
    readonly strict: boolean
    readonly contexts?: readonly string[]
    readonly checks?: readonly { readonly context: string; readonly app_id?: number }[]
  } | null
  readonly enforce_admins: boolean | null
  readonly required_pull_request_reviews: {
    readonly dismiss_stale_reviews?: boolean
    readonly require_code_owner_reviews?: boolean
    readonly required_approving_review_count?: number
    readonly require_last_push_approval?: boolean
  } | null
  readonly restrictions: {
    readonly users: readonly string[]
    readonly teams: readonly string[]
    readonly apps?: readonly string[]
  } | null
  readonly required_linear_history?: boolean
  readonly allow_force_pushes?: boolean | null
  readonly allow_deletions?: boolean
}

export function readProtection(body: ProtectionBody): Protection {
  const { required_status_checks: checks, required_pull_request_reviews: reviews, restrictions } = body
  const detailed: RequiredCheck[] = (checks?.checks ?? []).map(({ context, app_id: id }) => ({
    context,
    appId: id === undefined || id === -1 ? null : id,
  }))
  const plain = (checks?.contexts ?? []).filter(
    (context) => !detailed.some((check) => check.context === context),
  )
  return {
    checks:
      checks === null
        ? null
        : {
            strict: checks.strict,
            checks: [...detailed, ...plain.map((context) => ({ context, appId: null }))],
          },
    reviews:
      reviews === null
        ? null
        : {
            count: reviews.required_approving_review_count ?? 1,
            dismissStale: reviews.dismiss_stale_reviews ?? false,
            codeOwners: reviews.require_code_owner_reviews ?? false,
            lastPush: reviews.require_last_push_approval ?? false,
          },
    enforceAdmins: body.enforce_admins ?? false,
    allowForcePushes: body.allow_force_pushes ?? false,
    allowDeletions: body.allow_deletions ?? false,
    linearHistory: body.required_linear_history ?? false,
    restrictions:
      restrictions === null
        ? null
        : {
            users: restrictions.users.map((login) => login.toLowerCase()),
            teams: restrictions.teams,
            apps: restrictions.apps ?? [],
          },
  }
}

export const branches: readonly Route[] = [
  repositoryRoute('GET', root, read, (call) => {
    const { repository } = call
    const names = [...repository.git.refs.keys()].flatMap((ref) =>
      ref.startsWith('refs/heads/') ? [ref.slice(11)] : [],
    )
    const shown = names.filter(
      (name) =>
        call.query.protected === undefined ||
        String(rulesOf(repository, name).length > 0) === call.query.protected,
    )
    return listed(call, shown.sort(), (name) => {
      const sha = repository.git.branch(name) ?? ''
      const commit = { sha, url: `${repositoryUrl(call.world, repository)}/commits/${sha}` }
      return {
        name,
        commit,
        protected: rulesOf(repository, name).length > 0,
        protection: summaryOf(repository, name),
        protection_url: protectionUrl(call, name),
      }
    })
  }),
  repositoryRoute('GET', `${root}/{branch}`, read, async (call) => {
    const { repository, world } = call
    const { name, sha } = branchOf(call)
    const self = `${repositoryUrl(world, repository)}/branches/${encodeURIComponent(name)}`
    return ok({
      name,
      commit: viewCommit(world, repository, await repository.git.commit(sha)),
      _links: { self, html: `${repositoryPage(world, repository)}/tree/${name}` },
      protected: rulesOf(repository, name).length > 0,
      protection: summaryOf(repository, name),
      protection_url: protectionUrl(call, name),
    })
  }),
  repositoryRoute('GET', protection, administer('read'), (call) => {
    const { name } = branchOf(call)
    const kept = call.repository.protections.get(name)
    if (kept === undefined) throw new Refusal(404, 'Branch not protected')
    return ok(viewProtection(call, name, kept))
  }),
  repositoryRoute('PUT', protection, administer('write'), (call) => {
    const { name } = branchOf(call)
    const kept = readProtection(call.body as unknown as ProtectionBody)
    call.repository.protections.set(name, kept)
    return ok(viewProtection(call, name, kept))
  }),
  repositoryRoute('DELETE', protection, administer('write'), (call) => {
    if (!call.repository.protections.delete(branchOf(call).name))
      throw new Refusal(404, 'Branch not protected')
    return noContent()
  }),
]
