import type { Source } from './policy/policy.ts'
import type { Problem } from './problem.ts'
import type { Waiver } from './readiness/checklist/checklist.ts'
import type { EnvironmentChange } from './targets/target.ts'
import type { ReadinessReport } from './readiness/finding.ts'

/**
 * What a decision may read: plain data, taken at one instant. Nothing in core asks for more.
 * A look-up that did not succeed is a value too, so that what is not known is never mistaken for "no".
 */
export interface Facts {
  /** ISO 8601, UTC: the one instant at which everything here was true, and the only "now" of the decision. */
  readonly takenAt: string
  readonly pull: PullFacts
  readonly people: PeopleFacts
  /** One entry per environment of the policy, keyed by its name. */
  readonly environments: Readonly<Record<string, EnvironmentFacts>>
}

/** The answer of a look-up outside: known, absent for certain, or failed (and to be tried again). */
export type Lookup<Value> =
  | { readonly kind: 'known'; readonly value: Value }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly reason: string }

/** A GitHub account. https://docs.github.com/en/graphql/reference/interfaces#actor */
export interface Actor {
  readonly login: string
  /** `Bot` is an App; anything but `User` never signs. */
  readonly type: 'User' | 'Bot' | 'Organization' | 'Mannequin' | 'EnterpriseUserAccount'
}

export interface CommitFacts {
  readonly sha: string
  /** All parents, in order. */
  readonly parents: readonly string[]
  /** Null: GitHub could not tie the commit to an account. */
  readonly author: Actor | null
  readonly committer: Actor | null
  readonly coAuthors: readonly (Actor | null)[]
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED'

export interface ReviewFacts {
  readonly id: string
  /** Null: the account is gone. */
  readonly by: Actor | null
  readonly state: ReviewState
  /** ISO 8601. */
  readonly at: string
  /** The commit that was on the page. Null: GitHub no longer says. */
  readonly commit: string | null
  readonly body: string
  /** Login of somebody else who wrote this text last: GitHub lets whoever can write edit what others wrote. */
  readonly editedBy?: string | undefined
}

/** A check run or commit status of another system, at the head. */
export interface CheckFacts {
  readonly name: string
  /** Slug of the App that reports it; `status:<login>` for a commit status. */
  readonly app: string
  readonly status: 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending'
  readonly conclusion: string | null
  readonly at: string
}

export interface HoldFacts {
  readonly by: string
  readonly at: string
  readonly reason: string
}

/** Somebody asked for an emergency merge of one head into one environment; it holds once somebody else confirmed it. */
export interface BreakGlassFacts {
  readonly environment: string
  readonly by: string
  readonly at: string
  readonly reason: string
  /** The head it was asked for, and the digest of what it would have changed in the environment then. */
  readonly head: string
  readonly change: string
  readonly confirmed?: { readonly by: string; readonly at: string } | undefined
}

/** Somebody asked for the merge of a head. */
export interface MergeAsked {
  readonly by: string
  /** ISO 8601. */
  readonly at: string
  readonly head: string
  /**
   * It was in force for a head that Countersign had GitHub update from the base branch: it goes on for the updated one, which is younger than
   * the command, once git proves that the update brought the base branch and nothing else.
   */
  readonly carried?: true | undefined
}

export interface PullFacts {
  /** `acme/shop`. */
  readonly repository: string
  readonly number: number
  readonly state: 'open' | 'closed' | 'merged'
  readonly author: Actor | null
  readonly draft: boolean
  /** The head lives in another repository. */
  readonly fork: boolean
  readonly base: { readonly ref: string; readonly sha: string }
  /** When it was last pointed at another base branch, or that branch at another history. ISO 8601; absent: never. */
  readonly baseChangedAt?: string | undefined
  readonly head: { readonly ref: string; readonly sha: string }
  /** When GitHub had the head at the latest, by its own clock. ISO 8601; absent: it does not say. */
  readonly headSince?: string | undefined
  /** base..head through all parents. */
  readonly commits: readonly CommitFacts[]
  /** Set when the commits could not be read completely, with the reason. */
  readonly commitsIncomplete?: string | undefined
  /** How many files GitHub counts; above its limit of 3,000 it lists no more. */
  readonly changedFiles: number
  /** Paths changed between merge base and head, both names of a rename. */
  readonly files: readonly string[]
  readonly reviews: readonly ReviewFacts[]
  readonly checks: readonly CheckFacts[]
  /** Known pushers of the head branch. */
  readonly pushers: readonly string[]
  /** Who ran `/promote` or `/rollback` to open this pull request. */
  readonly commandBy?: string | undefined
  /** For a promotion: the contributors of what is promoted. */
  readonly promotes?: { readonly contributors: readonly string[] } | undefined
  /** A rollback that Countersign opened, proven by git: merging gives the base branch without what pull request `pull` had done to it, and nothing else. */
  readonly rollsBack?: { readonly pull: number; readonly commit: string } | undefined
  readonly holds: readonly HoldFacts[]
  /** Somebody asked for the merge of this head with `/merge`. */
  readonly mergeAsked?: MergeAsked | undefined
  /** Emergency merges asked for with `/break-glass`, at most one for each environment. */
  readonly breakGlass?: readonly BreakGlassFacts[] | undefined
  /** GitHub's own answer about conflicts with the base. */
  readonly mergeable: 'mergeable' | 'conflicting' | 'unknown'
}

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none'

/** Logins and team slugs are lower case here: GitHub compares them without case. */
export interface PeopleFacts {
  /** By login. Who is not listed was not looked up: unknown, not "none". */
  readonly permissions: Readonly<Record<string, Lookup<Permission>>>
  /** By `org/team`: logins of all members, members of child teams included. */
  readonly teams: Readonly<Record<string, Lookup<readonly string[]>>>
}

/** A digest of what an earlier commit of the pull request would have done to an environment. */
export type DigestAt = Lookup<{
  /** Digest of the change (binding `change`). */
  readonly change: string
  /** Digest of the whole rendered head (binding `result`). */
  readonly result?: string | undefined
  /** What is different now, for people: `Deployment web/frontend (replicas 4 → 2)`. */
  readonly moved?: readonly string[] | undefined
}>

/** Somebody signed a manual item of a checklist for one change. */
export interface Signature {
  readonly by: string
  /** ISO 8601. */
  readonly at: string
  /** Digest of the environment's change that it was given for. */
  readonly digest: string
  /** Empty: nothing was said. */
  readonly note: string
}

/** Something that a person looks at and signs for. */
export interface ManualItemFacts {
  readonly id: string
  readonly text: string
  readonly by: readonly Source[]
  readonly signature?: Signature | undefined
}

/** What people have to do for a checklist, and what they accepted. */
export interface ChecklistFacts {
  readonly manual: readonly ManualItemFacts[]
  readonly mayWaive: readonly Source[]
  /** Of the file and by `/waive`, ended ones among them. */
  readonly waivers: readonly Waiver[]
}

export interface EnvironmentFacts {
  readonly name: string
  readonly change: EnvironmentChange
  /** By commit id, for every commit that somebody approved. */
  readonly digests: Readonly<Record<string, DigestAt>>
  /** Absent: no checklist ran. */
  readonly readiness?: ReadinessReport | undefined
  /** Absent: no checklist ran. */
  readonly checklist?: ChecklistFacts | undefined
  /** The checklist itself is bad: nothing was checked. */
  readonly readinessProblems?: readonly Problem[] | undefined
  readonly frozen?:
    { readonly by: string; readonly until?: string | undefined; readonly reason: string } | undefined
  /** Number of the pull request that is being deployed to this environment. */
  readonly deploying?: number | undefined
  /** Pull requests that wait for that deployment as well and were asked to be merged before this one, in that order. */
  readonly askedBefore?: readonly number[] | undefined
  /** This pull request changes the environment that this one promotes from as well: it cannot have been healthy there. */
  readonly changesBefore?: boolean | undefined
  /** Since when the environment this one promotes from has been healthy with the promoted revision. ISO 8601. */
  readonly healthySince?: string | undefined
}
