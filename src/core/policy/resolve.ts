import { createHash } from 'node:crypto'
import type { Permission } from '../facts.ts'
import { parseSpan, type Window } from '../schedule/window.ts'
import { parseDuration } from './duration.ts'
import type { Layer } from './layer.ts'
import { mergeLayers, type MergedEnvironment } from './merge-layers.ts'
import type { ApprovalRule, EnvironmentPolicy, Move, Policy, Source } from './policy.ts'
import type { ApprovalRuleShape, EnvironmentFile } from './schema.ts'

type Groups = Readonly<Record<string, readonly string[]>>

/** One policy out of layers without problems, the weakest first, with every default filled in. */
export function resolveLayers(layers: readonly Layer[]): Policy {
  const groups = resolveGroups(layers)
  const guard = layers.findLast(({ raw }) => raw['policy-changes'] !== undefined)?.raw['policy-changes']
  const rules = {
    environments: mergeLayers(layers).map((environment) => resolveEnvironment(environment, groups)),
    groups,
    policyChanges: guard === undefined ? null : resolveRule({ ...guard, name: 'policy changes' }, groups),
    forks: layers.findLast(({ raw }) => raw.forks !== undefined)?.raw.forks ?? 'ignore',
    requestReviews:
      layers.findLast(({ raw }) => raw['request-reviews'] !== undefined)?.raw['request-reviews'] ?? 'missing',
  } as const
  return { hash: hashOf(rules), ...rules }
}

function resolveGroups(layers: readonly Layer[]): Groups {
  const entries = layers.flatMap(({ raw }) =>
    Object.entries(raw.groups ?? {}).map(
      ([name, logins]) => [name.toLowerCase(), logins.map((login) => login.toLowerCase())] as const,
    ),
  )
  return Object.fromEntries(entries)
}

function resolveEnvironment({ name, settings }: MergedEnvironment, groups: Groups): EnvironmentPolicy {
  return {
    name,
    targets: settings.targets ?? [],
    discover: settings.discover ?? false,
    protected: settings.protected ?? false,
    approvals: (settings.approvals ?? []).map((rule) => resolveRule(rule, groups)),
    selfApproval: settings['self-approval'] ?? 'never',
    unattributed: settings.unattributed ?? 'block',
    binding: settings.binding ?? 'change',
    distinct: settings.distinct ?? true,
    expiresMs: settings.expires === undefined ? null : milliseconds(settings.expires),
    checks: (settings.checks ?? []).map((check) =>
      typeof check === 'string'
        ? { name: check, skipped: 'block' as const }
        : { name: check.name, skipped: check.skipped ?? 'block' },
    ),
    kubernetes: settings.kubernetes ?? null,
    readiness: {
      checklist: settings.readiness?.checklist ?? null,
      block: settings.readiness?.block ?? 'new',
    },
    windows: (settings.windows ?? []).map(resolveWindow),
    promotion: resolvePromotion(settings.promotion),
    deploy: resolveDeploy(settings.deploy),
    rollback: resolveRollback(settings.rollback, groups),
    merge: {
      when: settings.merge?.when ?? 'command',
      method: settings.merge?.method ?? 'merge',
      queue: settings.merge?.queue ?? 'one-at-a-time',
    },
  }
}

function resolveRule(rule: ApprovalRuleShape, groups: Groups): ApprovalRule {
  return {
    name: rule.name,
    changes: rule.changes ?? null,
    count: rule.count ?? 1,
    from: (rule.from ?? []).map((text) => resolveSource(text, groups)),
  }
}

/** One entry of `from` or `by`; a group that the policy does not name has nobody in it. */
export function resolveSource(text: string, groups: Groups): Source {
  const [kind, ...rest] = text.split(':')
  const name = rest.join(':').toLowerCase()
  switch (kind) {
    case 'team':
      return { kind, team: name, text }
    case 'group':
      return { kind, group: name, logins: groups[name] ?? [], text }
    case 'permission':
      return { kind, permission: name as Permission, text }
    default:
      return { kind: 'user', login: name, text }
  }
}

function resolveWindow(window: NonNullable<EnvironmentFile['windows']>[number]): Window {
  const text = window.allow ?? window.deny ?? ''
  const span = parseSpan(text)
  if (typeof span === 'string') throw new RangeError(`a window passed the check and does not parse: ${span}`)
  return {
    effect: window.allow === undefined ? 'deny' : 'allow',
    span,
    timeZone: window.timezone ?? 'UTC',
    reason: window.reason ?? null,
    text,
  }
}

function resolvePromotion(promotion: EnvironmentFile['promotion']): EnvironmentPolicy['promotion'] {
  if (promotion?.from === undefined) return null
  return {
    from: promotion.from,
    soakMs: milliseconds(promotion.soak ?? '0m'),
    open: promotion.open ?? 'soaked',
    move: (promotion.move ?? []).map(({ images, values, files, from, to }): Move => {
      if (images !== undefined) return { kind: 'images', what: images, from, to }
      return values === undefined
        ? { kind: 'files', what: files ?? [], from, to }
        : { kind: 'values', what: values, from, to }
    }),
  }
}

function resolveDeploy(deploy: EnvironmentFile['deploy']): EnvironmentPolicy['deploy'] {
  if (deploy === undefined) return null
  const { gates } = deploy
  return {
    by: deploy.by ?? 'argocd',
    timeoutMs: milliseconds(deploy.timeout ?? '30m'),
    onFailure: deploy['on-failure'] ?? 'none',
    clusters: deploy.clusters ?? [],
    objects: deploy.objects ?? [],
    statuses: deploy.statuses ?? [],
    gates: {
      start: gates?.start ?? 'open',
      traffic: gates?.traffic ?? 'open',
      promotion: gates?.promotion ?? 'command',
    },
  }
}

function resolveRollback(
  rollback: EnvironmentFile['rollback'],
  groups: Groups,
): EnvironmentPolicy['rollback'] {
  if (rollback === undefined) return null
  const { count, from, freeze } = rollback
  const rule = resolveRule(
    { name: 'rollback', ...(count === undefined ? {} : { count }), ...(from === undefined ? {} : { from }) },
    groups,
  )
  return { rule, freeze: freeze ?? 'allow' }
}

function milliseconds(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new RangeError(`a duration passed the check and does not parse: ${text}`)
  return ms
}

function hashOf(rules: Omit<Policy, 'hash'>): string {
  return `sha256:${createHash('sha256').update(canonical(rules)).digest('hex')}`
}

/** JSON with sorted keys. The order of lists stays: the order of rules and environments is part of what they say. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}
