import type { GitRepository } from '../git/git-repository.ts'

/** What the local GitHub remembers. Everything is in memory except git, which is on disk. Times are ISO 8601, UTC. */

export const roles = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const
export type Role = (typeof roles)[number]

export interface Account {
  readonly id: number
  readonly nodeId: string
  readonly type: 'User' | 'Bot' | 'Organization'
  login: string
  name: string | null
  /** Lower case. A commit with one of them belongs to this account. */
  readonly emails: Set<string>
  readonly createdAt: string
}

export interface Organization extends Account {
  readonly type: 'Organization'
  /** By account id. */
  readonly members: Map<number, { readonly account: Account; role: 'admin' | 'member' }>
  /** By slug. */
  readonly teams: Map<string, Team>
  /** What every member may do in every repository of the organisation. */
  basePermission: Role
}

export interface Team {
  readonly id: number
  readonly nodeId: string
  readonly organization: Organization
  slug: string
  name: string
  description: string | null
  privacy: 'closed' | 'secret'
  parent: Team | null
  readonly members: Map<number, { readonly account: Account; role: 'member' | 'maintainer' }>
  /** By repository id. */
  readonly repositories: Map<number, Role>
  readonly createdAt: string
}

export interface App {
  readonly id: number
  readonly nodeId: string
  readonly slug: string
  readonly name: string
  readonly owner: Account
  readonly bot: Account
  /** PEM, PKCS#1: what GitHub hands out. */
  readonly privateKey: string
  readonly publicKey: string
  webhookSecret: string
  /** Null: no deliveries. */
  webhookUrl: string | null
  permissions: Readonly<Record<string, 'read' | 'write' | 'admin'>>
  events: readonly string[]
  readonly createdAt: string
}

export interface Installation {
  readonly id: number
  readonly nodeId: string
  readonly app: App
  readonly account: Account
  /** Null: every repository of the account. */
  repositories: Set<number> | null
  readonly createdAt: string
  suspendedAt: string | null
}

/** Who is asking. */
export type Actor =
  | { readonly kind: 'person'; readonly account: Account }
  | { readonly kind: 'app'; readonly app: App }
  | {
      readonly kind: 'installation'
      readonly installation: Installation
      readonly permissions: Readonly<Record<string, string>>
      /** Null: every repository of the installation. */
      readonly repositories: ReadonlySet<number> | null
    }
  | { readonly kind: 'anonymous' }

export interface Label {
  readonly id: number
  readonly nodeId: string
  readonly name: string
  readonly color: string
  readonly description: string | null
}

export interface Reaction {
  readonly id: number
  readonly nodeId: string
  readonly user: Account
  readonly content: '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes'
  readonly createdAt: string
}

export interface Comment {
  readonly id: number
  readonly nodeId: string
  readonly pull: Pull
  readonly user: Account
  readonly app: App | null
  body: string
  readonly createdAt: string
  updatedAt: string
  lastEditedAt: string | null
  minimized: string | null
  readonly reactions: Reaction[]
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'

export interface Review {
  readonly id: number
  readonly nodeId: string
  readonly pull: Pull
  readonly user: Account
  state: ReviewState
  body: string
  readonly commitId: string
  submittedAt: string | null
  updatedAt: string
  lastEditedAt: string | null
  editor: Account | null
}

/** What happened to a pull request, in order. `type` is the GraphQL type of the timeline item. */
export type TimelineEvent = { readonly id: number; readonly nodeId: string; readonly at: string } & (
  | {
      readonly type: 'HeadRefForcePushedEvent'
      readonly actor: Account
      readonly before: string
      readonly after: string
    }
  | {
      readonly type: 'ReviewDismissedEvent'
      readonly actor: Account
      readonly review: Review
      readonly previous: ReviewState
      readonly message: string | null
    }
  | {
      readonly type: 'BaseRefChangedEvent'
      readonly actor: Account
      readonly before: string
      readonly after: string
    }
  | {
      readonly type: 'ReviewRequestedEvent' | 'ReviewRequestRemovedEvent'
      readonly actor: Account
      readonly reviewer: Account | Team
    }
  | { readonly type: 'MergedEvent'; readonly actor: Account; readonly commit: string; readonly base: string }
  | {
      readonly type: 'ClosedEvent' | 'ReopenedEvent' | 'ReadyForReviewEvent' | 'ConvertToDraftEvent'
      readonly actor: Account
    }
  | { readonly type: 'LabeledEvent' | 'UnlabeledEvent'; readonly actor: Account; readonly label: Label }
  | {
      readonly type: 'RenamedTitleEvent'
      readonly actor: Account
      readonly before: string
      readonly after: string
    }
  | { readonly type: 'PullRequestCommit'; readonly sha: string }
  | { readonly type: 'PullRequestReview'; readonly review: Review }
  | { readonly type: 'IssueComment'; readonly comment: Comment }
)

type WithoutIdentity<Event> = Event extends unknown ? Omit<Event, 'id' | 'nodeId' | 'at'> : never
export type NewTimelineEvent = WithoutIdentity<TimelineEvent>

export interface Pull {
  readonly id: number
  readonly nodeId: string
  readonly issueId: number
  readonly repository: Repository
  readonly number: number
  readonly user: Account
  title: string
  body: string | null
  draft: boolean
  state: 'open' | 'closed'
  baseRef: string
  /** The base's tip as last seen by the pull request; frozen when it closes. */
  baseSha: string
  readonly headRef: string
  headSha: string
  /** Null: the fork is gone. */
  readonly headRepository: Repository | null
  readonly createdAt: string
  updatedAt: string
  closedAt: string | null
  mergedAt: string | null
  mergedBy: Account | null
  mergeCommitSha: string | null
  maintainerCanModify: boolean
  /** Who pushed the head last: for "the last push must be approved by somebody else". */
  lastPusher: Account
  readonly labels: Label[]
  readonly comments: Comment[]
  readonly reviews: Review[]
  readonly requestedUsers: Account[]
  readonly requestedTeams: Team[]
  readonly timeline: TimelineEvent[]
}

export interface Annotation {
  readonly path: string
  readonly start_line: number
  readonly end_line: number
  readonly start_column: number | null
  readonly end_column: number | null
  readonly annotation_level: 'notice' | 'warning' | 'failure'
  readonly message: string
  readonly title: string | null
  readonly raw_details: string | null
}

export interface CheckSuite {
  readonly id: number
  readonly nodeId: string
  readonly repository: Repository
  readonly app: App
  readonly headSha: string
  readonly headBranch: string | null
  readonly runs: CheckRun[]
  readonly createdAt: string
  updatedAt: string
}

export interface CheckRun {
  readonly id: number
  readonly nodeId: string
  readonly suite: CheckSuite
  name: string
  externalId: string
  detailsUrl: string | null
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: string | null
  startedAt: string
  completedAt: string | null
  title: string | null
  summary: string | null
  text: string | null
  readonly annotations: Annotation[]
  actions: readonly { readonly label: string; readonly description: string; readonly identifier: string }[]
}

export interface CommitStatus {
  readonly id: number
  readonly nodeId: string
  readonly sha: string
  readonly context: string
  readonly state: 'error' | 'failure' | 'pending' | 'success'
  readonly description: string | null
  readonly targetUrl: string | null
  readonly creator: Account
  readonly app: App | null
  readonly createdAt: string
}

export interface DeploymentStatus {
  readonly id: number
  readonly nodeId: string
  readonly deployment: Deployment
  readonly state: 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success'
  readonly description: string
  readonly logUrl: string
  readonly environmentUrl: string
  readonly creator: Account
  readonly createdAt: string
}

export interface Deployment {
  readonly id: number
  readonly nodeId: string
  readonly repository: Repository
  readonly sha: string
  readonly ref: string
  readonly task: string
  readonly environment: string
  readonly description: string | null
  readonly payload: unknown
  readonly transient: boolean
  readonly production: boolean
  readonly creator: Account
  readonly app: App | null
  readonly createdAt: string
  updatedAt: string
  readonly statuses: DeploymentStatus[]
}

/** Classic branch protection. https://docs.github.com/en/rest/branches/branch-protection */
export interface Protection {
  readonly checks: { readonly strict: boolean; readonly checks: readonly RequiredCheck[] } | null
  readonly reviews: RequiredReviews | null
  readonly enforceAdmins: boolean
  readonly allowForcePushes: boolean
  readonly allowDeletions: boolean
  readonly linearHistory: boolean
  readonly restrictions: {
    readonly users: readonly string[]
    readonly teams: readonly string[]
    readonly apps: readonly string[]
  } | null
}

export interface RequiredCheck {
  readonly context: string
  /** Only this App's result counts. Null: anybody's. */
  readonly appId: number | null
}

export interface RequiredReviews {
  readonly count: number
  readonly dismissStale: boolean
  readonly codeOwners: boolean
  readonly lastPush: boolean
}

/** A repository ruleset, kept as GitHub's own JSON. https://docs.github.com/en/rest/repos/rules */
export interface Ruleset {
  readonly id: number
  readonly nodeId: string
  name: string
  target: 'branch' | 'tag' | 'push'
  enforcement: 'disabled' | 'active' | 'evaluate'
  bypassActors: readonly {
    readonly actor_id: number | null
    readonly actor_type: string
    readonly bypass_mode: string
  }[]
  include: readonly string[]
  exclude: readonly string[]
  rules: readonly { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> }[]
  readonly createdAt: string
  updatedAt: string
}

export interface Repository {
  readonly id: number
  readonly nodeId: string
  readonly owner: Account
  readonly name: string
  readonly fullName: string
  private: boolean
  description: string | null
  defaultBranch: string
  readonly parent: Repository | null
  readonly git: GitRepository
  readonly createdAt: string
  updatedAt: string
  pushedAt: string
  /** By account id. */
  readonly collaborators: Map<number, { readonly account: Account; role: Role }>
  readonly labels: Map<string, Label>
  /** By number. Issues without a pull request do not exist here. */
  readonly pulls: Map<number, Pull>
  readonly suites: CheckSuite[]
  readonly statuses: CommitStatus[]
  readonly deployments: Deployment[]
  /** By branch name. */
  readonly protections: Map<string, Protection>
  readonly rulesets: Map<number, Ruleset>
}
