import type {
  Actor,
  DigestAt,
  EnvironmentFacts,
  Facts,
  Lookup,
  PeopleFacts,
  Permission,
  PullFacts,
} from '../facts.ts'
import { ownEntry } from '../own-entry.ts'
import { neededLookups } from '../policy/needs.ts'
import type { Policy } from '../policy/policy.ts'
import type { ActorShape, CaseShape } from './schema.ts'

const noNow = '2026-01-01T00:00:00Z'

/** What a case says, as facts. What it leaves out is the harmless: no checks, no holds, write access for nobody. */
export function toFacts(each: CaseShape, policy: Policy): Facts {
  const takenAt = new Date(Date.parse(each.now ?? noNow)).toISOString()
  const pull = toPull(each.pull, Date.parse(takenAt))
  const environments = policy.environments.map(
    ({ name }) => [name, toEnvironment(name, each, policy, pull)] as const,
  )
  return {
    takenAt,
    pull,
    people: toPeople(each, policy, pull),
    environments: Object.fromEntries(environments),
  }
}

function toPull(pull: CaseShape['pull'], now: number): PullFacts {
  const author = toActor(pull.author)
  const written = pull.commits ?? [{ id: pull.head ?? 'head' }]
  const head = pull.head ?? written.at(-1)?.id ?? 'head'
  const reviews = pull.reviews ?? []
  // Without times the order of the list is the order of the reviews.
  const inOrder = (index: number): string => new Date(now - (reviews.length - index) * 1000).toISOString()
  return {
    repository: 'acme/shop',
    number: pull.number ?? 1,
    state: pull.state ?? 'open',
    author,
    draft: pull.draft ?? false,
    fork: pull.fork ?? false,
    base: { ref: pull.base ?? 'main', sha: 'base' },
    ...(pull.baseChangedAt === undefined ? {} : { baseChangedAt: pull.baseChangedAt }),
    head: { ref: 'change', sha: head },
    ...(pull.headSince === undefined ? {} : { headSince: pull.headSince }),
    commits: written.map((commit, index) => {
      const wrote = commit.author === undefined ? author : toActor(commit.author)
      return {
        sha: commit.id,
        parents: commit.parents ?? written.slice(Math.max(0, index - 1), index).map(({ id }) => id),
        author: wrote,
        committer: commit.committer === undefined ? wrote : toActor(commit.committer),
        coAuthors: (commit.coAuthors ?? []).map(toActor),
      }
    }),
    commitsIncomplete: pull.commitsIncomplete,
    changedFiles: pull.changedFiles ?? pull.files?.length ?? 1,
    files: pull.files ?? [],
    reviews: reviews.map((review, index) => ({
      id: `review-${index}`,
      by: toActor(review.by),
      state: review.state,
      at: review.at ?? inOrder(index),
      commit: review.commit === undefined ? head : review.commit,
      body: review.body ?? '',
      ...(review.editedBy === undefined ? {} : { editedBy: review.editedBy }),
    })),
    checks: (pull.checks ?? []).map(({ name, app, status, conclusion, at }) => ({
      name,
      app: app ?? 'github-actions',
      status: status ?? (conclusion == null ? 'queued' : 'completed'),
      conclusion: conclusion ?? null,
      at: at ?? new Date(now).toISOString(),
    })),
    pushers: pull.pushers ?? [],
    commandBy: pull.commandBy,
    promotes: pull.promotes === undefined ? undefined : { contributors: pull.promotes.contributors ?? [] },
    holds: (pull.holds ?? []).map(({ by, at, reason }) => ({
      by,
      at: at ?? new Date(now).toISOString(),
      reason: reason ?? '',
    })),
    mergeAsked:
      pull.mergeAsked === undefined
        ? undefined
        : {
            by: pull.mergeAsked.by,
            at: pull.mergeAsked.at ?? new Date(now).toISOString(),
            head: pull.mergeAsked.head ?? head,
          },
    mergeable: pull.mergeable ?? 'mergeable',
  }
}

/** A login ending in `[bot]` is an App, also where nobody says so. */
function toActor(actor: ActorShape): Actor | null {
  if (actor === null) return null
  const login = typeof actor === 'string' ? actor : actor.login
  const written = typeof actor === 'string' ? undefined : actor.type
  return { login, type: written ?? (login.toLowerCase().endsWith('[bot]') ? 'Bot' : 'User') }
}

function toPeople(each: CaseShape, policy: Policy, pull: PullFacts): PeopleFacts {
  const people = Object.entries(each.people ?? {}).map(([login, person]) => ({
    login: login.toLowerCase(),
    permission: person.permission ?? 'none',
    teams: (person.teams ?? []).flatMap((team) => withAncestors(team, each.teams ?? {})),
  }))
  const needed = neededLookups(policy, pull)
  const teams = new Set([...needed.teams, ...people.flatMap((person) => person.teams)])
  const permissions: [string, Lookup<Permission>][] = [
    ...needed.logins.map((login): [string, Lookup<Permission>] => [login, { kind: 'known', value: 'none' }]),
    ...people.map(({ login, permission }): [string, Lookup<Permission>] => [
      login,
      { kind: 'known', value: permission },
    ]),
    ...lookupsOf<Permission>(each, 'user:'),
  ]
  const members: [string, Lookup<readonly string[]>][] = [
    ...[...teams].map((team): [string, Lookup<readonly string[]>] => [
      team,
      {
        kind: 'known',
        value: people.filter((person) => person.teams.includes(team)).map(({ login }) => login),
      },
    ]),
    ...lookupsOf<readonly string[]>(each, 'team:'),
  ]
  return { permissions: Object.fromEntries(permissions), teams: Object.fromEntries(members) }
}

/** A team and every team it is part of; a circle ends where it closes. */
function withAncestors(team: string, parents: Readonly<Record<string, string>>): string[] {
  const lower = Object.fromEntries(
    Object.entries(parents).map(([child, parent]) => [child.toLowerCase(), parent.toLowerCase()]),
  )
  const found: string[] = []
  for (
    let current: string | undefined = team.toLowerCase();
    current !== undefined;
    current = ownEntry(lower, current)
  ) {
    if (found.includes(current)) break
    found.push(current)
  }
  return found
}

function lookupsOf<Value>(each: CaseShape, prefix: 'user:' | 'team:'): [string, Lookup<Value>][] {
  return Object.entries(each.lookups ?? {})
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, kind]) => [
      key.slice(prefix.length).toLowerCase(),
      kind === 'missing' ? { kind } : { kind, reason: 'the case says so' },
    ])
}

function toEnvironment(name: string, each: CaseShape, policy: Policy, pull: PullFacts): EnvironmentFacts {
  const change = ownEntry(each.changes, name) ?? {}
  const state = ownEntry(each.environments, name)
  const at = (values: Readonly<Record<string, string>> | undefined, commit: string): string =>
    ownEntry(values, commit) ?? ownEntry(values, pull.head.sha) ?? 'as at the head'
  const commits = [pull.head.sha, ...pull.reviews.flatMap(({ commit }) => commit ?? [])]
  const digests = commits.map((commit): [string, DigestAt] => [
    commit,
    { kind: 'known', value: { change: at(change.digests, commit), result: at(change.results, commit) } },
  ])
  return {
    name,
    change: {
      name,
      targets: [],
      change: { digest: at(change.digests, pull.head.sha), classes: change.classes ?? [], resources: [] },
      resultDigest: at(change.results, pull.head.sha),
      failures:
        change.failed === undefined ? [] : [{ code: 'render-failed', message: change.failed, target: name }],
    },
    digests: Object.fromEntries(digests),
    readiness: {
      findings: [],
      new: change.readiness?.new ?? 0,
      all: Math.max(change.readiness?.all ?? 0, change.readiness?.new ?? 0),
      passed: 0,
    },
    frozen:
      state?.frozen === undefined
        ? undefined
        : {
            by: state.frozen.by ?? 'somebody',
            until: state.frozen.until,
            reason: state.frozen.reason ?? 'no reason given',
          },
    deploying: state?.deploying,
    healthySince: healthySince(name, each, policy),
  }
}

/**
 * Since when what is promoted has been healthy. A case may say it of the environment that waits or of the one before it; of two
 * times the later counts.
 */
function healthySince(name: string, each: CaseShape, policy: Policy): string | undefined {
  const before = policy.environments.find((environment) => environment.name === name)?.promotion?.from
  const times = [name, before].flatMap((environment) =>
    environment === undefined ? [] : (ownEntry(each.environments, environment)?.healthySince ?? []),
  )
  return times.sort((a, b) => Date.parse(b) - Date.parse(a))[0]
}
