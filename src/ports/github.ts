import type { PeopleFacts, PullFacts } from '../core/facts.ts'
import type { ProtectionFacts } from '../core/protection.ts'
import type { PublishedCheck } from '../core/effects.ts'

/** One pull request as GitHub describes it at one instant, and what Countersign has published on it so far. */
export interface PullReading {
  /** Everything of the pull request that GitHub knows; files, holds and what was asked come from elsewhere. */
  readonly pull: Omit<PullFacts, 'files' | 'holds' | 'mergeAsked' | 'pushers'>
  readonly title: string
  readonly url: string
  /** People who force-pushed the head branch. */
  readonly forcePushers: readonly string[]
  /** `acme/shop`, or the fork's name; null when the fork is gone. */
  readonly headRepository: string | null
  readonly mergeCommit: string | null
  /** ISO 8601; null: not merged. */
  readonly mergedAt: string | null
  readonly mergedBy: string | null
  readonly check: PublishedCheck | null
  readonly comment: { readonly id: number; readonly body: string } | null
  readonly defaultBranch: string
  /** GitHub merges it only once its branch has the newest commit of the base branch. */
  readonly behind: boolean
  /** Who is asked for a review, and who is no longer. Lower case. */
  readonly requests: {
    readonly users: readonly string[]
    /** `org/team`. */
    readonly teams: readonly string[]
    /** People whose request was taken back, and not made again since. */
    readonly removed: readonly string[]
  }
}

export interface NeededPeople {
  /** `org/team`, lower case. */
  readonly teams: readonly string[]
  /** Lower case. */
  readonly logins: readonly string[]
}

export interface CheckRun {
  /** As `checkNameOn` gives it for the base branch. */
  readonly name: string
  readonly head: string
  readonly status: 'completed' | 'in_progress'
  readonly conclusion?: 'success' | 'failure' | undefined
  readonly title: string
  readonly summary: string
  /** Digest of all the above, kept on GitHub as `external_id`: an equal one needs no update. */
  readonly externalId: string
  readonly annotations: readonly CheckAnnotation[]
}

export interface CheckAnnotation {
  readonly path: string
  readonly line: number
  readonly level: 'notice' | 'warning' | 'failure'
  readonly title: string
  readonly message: string
}

export interface AskedReviewers {
  readonly logins: readonly string[]
  /** `org/team`. */
  readonly teams: readonly string[]
}

/** A change that Countersign proposes. */
export interface ProposedChange {
  /** `countersign/…`. */
  readonly branch: string
  readonly base: { readonly ref: string; readonly sha: string }
  /** Content by path relative to the repository; null: the file goes. */
  readonly files: readonly { readonly path: string; readonly mode: string; readonly content: Buffer | null }[]
  readonly message: string
  readonly title: string
  readonly body: string
  /** Do not open it again once it was closed. */
  readonly once: boolean
}

/**
 * GitHub as one installation of the App sees it. Errors are AppError: `github-failed` (try again) or `github-refused`
 * (GitHub said no, with its words). Methods named `ensure…` may be repeated: twice is once.
 */
export interface GitHub {
  /** One GraphQL query. Undefined when there is no such pull request, or the App may not see it. */
  readPull(repository: string, number: number): Promise<PullReading | undefined>
  /** Permissions and team members, from a cache younger than `maximumAgeMs` or one GraphQL query. A look-up that fails is a value. */
  readPeople(repository: string, needed: NeededPeople, maximumAgeMs: number): Promise<PeopleFacts>
  /** One check run of its name per head commit: updates `existing`, else creates. */
  ensureCheck(repository: string, check: CheckRun, existing: number | undefined): Promise<void>
  /** Our newest check run of a name at a commit that belongs to no pull request. */
  findCheck(repository: string, head: string, name: string): Promise<PublishedCheck | undefined>
  /** The one sticky comment: updates `existing`, else creates. */
  ensureComment(repository: string, number: number, body: string, existing: number | undefined): Promise<void>
  /** A further comment: the one reply to a command that was refused. Not idempotent: callers claim the command first. */
  reply(repository: string, number: number, body: string): Promise<void>
  /** A further comment of ours that is there at most once: `marker` is an HTML comment that it starts with. */
  ensureNote(repository: string, number: number, marker: string, body: string): Promise<void>
  /** Asks for reviews; asking whoever is asked already changes nothing. Teams (`org/team`) are of the repository's owner. */
  requestReviews(repository: string, number: number, asked: AskedReviewers): Promise<void>
  /** Takes requests back; those that are not there are no error. */
  withdrawRequests(repository: string, number: number, asked: AskedReviewers): Promise<void>
  ensureReaction(repository: string, commentId: number, reaction: 'eyes' | '+1' | 'confused'): Promise<void>
  /** Merges exactly `head`; throws `head-moved` when the branch has moved and `merge-conflict` when GitHub cannot merge it. */
  mergePull(
    repository: string,
    number: number,
    request: {
      readonly head: string
      readonly method: 'merge' | 'squash' | 'rebase'
      readonly title: string
      readonly message: string
    },
  ): Promise<{ readonly sha: string }>
  /**
   * Merges the base branch into the branch of a pull request, as *Update branch* does. GitHub does so after it answered. Throws `head-moved` when
   * the head is another one, and `github-refused` when there is nothing to merge, or the App may not write to the branch (a fork's).
   */
  updateBranch(repository: string, number: number, head: string): Promise<void>
  /**
   * A pull request of ours from a branch of ours with one commit on top of `base`. An open one is brought up to date; a branch whose newest commit is
   * not ours is left as it is. With `once`, one that was closed is not opened again.
   */
  ensureProposal(
    repository: string,
    proposal: ProposedChange,
  ): Promise<{ readonly number: number; readonly state: 'open' | 'closed' | 'merged' }>
  /** The Deployment of a commit to an environment: the one that exists, else a new one. Gives GitHub's id. */
  ensureDeployment(
    repository: string,
    request: {
      readonly sha: string
      readonly environment: string
      readonly description: string
      readonly production: boolean
      readonly payload: Readonly<Record<string, unknown>>
    },
  ): Promise<{ readonly id: number; readonly state: string }>
  /** Adds a status unless it is the deployment's newest already. */
  ensureDeploymentStatus(
    repository: string,
    deployment: number,
    status: {
      readonly state: 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'
      readonly description: string
      readonly logUrl?: string | undefined
    },
  ): Promise<void>
  /** What GitHub enforces on a branch, as far as the App may see it. */
  readProtection(repository: string, branch: string): Promise<ProtectionFacts>
  /** Where git fetches from, and the token for it. */
  gitAccess(repository: string): Promise<{ readonly url: string; readonly token: string }>
  /** Open pull requests of every repository of the installation, for the sweep. */
  openPulls(): Promise<
    readonly { readonly repository: string; readonly number: number; readonly head: string }[]
  >
}

/** The App itself. */
export interface GitHubApp {
  installation(id: number): Promise<GitHub>
  installations(): Promise<readonly number[]>
  /** Asks GitHub to deliver again what failed since a time (ISO 8601). Gives how many. */
  redeliverFailed(since: string): Promise<number>
  /** Forgets cached permissions and members of an organisation or account. */
  forgetPeople(owner: string): void
}
