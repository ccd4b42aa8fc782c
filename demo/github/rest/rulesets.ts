import { rulesetApplies } from '../rules/branch-rules.ts'
import { repositoryPage, repositoryUrl } from '../views/repositories.ts'
import type { Repository, Ruleset } from '../world/model.ts'
import { notFound } from '../world/refusal.ts'
import { created, listed, noContent, ok, repositoryRoute, type Call, type Route } from './route.ts'

type RepositoryCall = Call & { readonly repository: Repository }
const read = { app: 'metadata:read', role: 'read' } as const
const write = { app: 'administration:write', role: 'admin' } as const
const root = '/repos/{owner}/{repo}/rulesets'

function rulesetOf(call: RepositoryCall): Ruleset {
  const ruleset = call.repository.rulesets.get(Number(call.params.ruleset_id))
  if (ruleset === undefined) throw notFound()
  return ruleset
}

function viewRuleset(call: RepositoryCall, ruleset: Ruleset): Record<string, unknown> {
  return {
    id: ruleset.id,
    node_id: ruleset.nodeId,
    name: ruleset.name,
    target: ruleset.target,
    source_type: 'Repository',
    source: call.repository.fullName,
    enforcement: ruleset.enforcement,
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
    _links: {
      self: { href: `${repositoryUrl(call.world, call.repository)}/rulesets/${ruleset.id}` },
      html: { href: `${repositoryPage(call.world, call.repository)}/rules/${ruleset.id}` },
    },
  }
}

function viewDetailed(call: RepositoryCall, ruleset: Ruleset): Record<string, unknown> {
  return {
    ...viewRuleset(call, ruleset),
    bypass_actors: ruleset.bypassActors,
    conditions: { ref_name: { include: ruleset.include, exclude: ruleset.exclude } },
    rules: ruleset.rules,
  }
}

interface RulesetBody {
  readonly name?: string
  readonly target?: Ruleset['target']
  readonly enforcement?: Ruleset['enforcement']
  readonly bypass_actors?: Ruleset['bypassActors']
  readonly conditions?: {
    readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] }
  }
  readonly rules?: Ruleset['rules']
}

function apply(ruleset: Ruleset, body: RulesetBody, now: string): void {
  ruleset.name = body.name ?? ruleset.name
  ruleset.target = body.target ?? ruleset.target
  ruleset.enforcement = body.enforcement ?? ruleset.enforcement
  ruleset.bypassActors = body.bypass_actors ?? ruleset.bypassActors
  ruleset.include = body.conditions?.ref_name?.include ?? ruleset.include
  ruleset.exclude = body.conditions?.ref_name?.exclude ?? ruleset.exclude
  ruleset.rules = body.rules ?? ruleset.rules
  ruleset.updatedAt = now
}

export const rulesets: readonly Route[] = [
  repositoryRoute('GET', root, read, (call) =>
    listed(call, [...call.repository.rulesets.values()], (each) => viewRuleset(call, each)),
  ),
  repositoryRoute('POST', root, write, (call) => {
    const { world, repository } = call
    const now = world.now()
    const ruleset = world.create('RepositoryRuleset', (identity): Ruleset => ({
      ...identity,
      name: '',
      target: 'branch',
      enforcement: 'active',
      bypassActors: [],
      include: [],
      exclude: [],
      rules: [],
      createdAt: now,
      updatedAt: now,
    }))
    apply(ruleset, call.body, now)
    repository.rulesets.set(ruleset.id, ruleset)
    return created(viewDetailed(call, ruleset))
  }),
  repositoryRoute('GET', `${root}/{ruleset_id}`, read, (call) => ok(viewDetailed(call, rulesetOf(call)))),
  repositoryRoute('PUT', `${root}/{ruleset_id}`, write, (call) => {
    const ruleset = rulesetOf(call)
    apply(ruleset, call.body, call.world.now())
    return ok(viewDetailed(call, ruleset))
  }),
  repositoryRoute('DELETE', `${root}/{ruleset_id}`, write, (call) => {
    call.repository.rulesets.delete(rulesetOf(call).id)
    return noContent()
  }),
  repositoryRoute('GET', '/repos/{owner}/{repo}/rules/branches/{branch}', read, (call) => {
    const { repository } = call
    const active = [...repository.rulesets.values()].filter(
      (each) => each.enforcement === 'active' && rulesetApplies(each, repository, call.params.branch ?? ''),
    )
    const rules = active.flatMap((each) =>
      each.rules.map((rule) => ({
        ...rule,
        ruleset_source_type: 'Repository',
        ruleset_source: repository.fullName,
        ruleset_id: each.id,
      })),
    )
    return listed(call, rules, (rule) => rule)
  }),
]
