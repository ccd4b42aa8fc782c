import type { AuditRow } from '../core/audit.ts'
import type { Decision } from '../core/decision.ts'
import type { BreakGlassFacts, Facts, HoldFacts, MergeAsked, Signature } from '../core/facts.ts'
import type { Waiver } from '../core/readiness/checklist/checklist.ts'
import type { GateCommand } from '../core/rollout/judge-gate.ts'
import type { Observation } from '../core/rollout/observation.ts'
import type { Rollout } from '../core/rollout/rollout.ts'

/** `acme/shop#7`: one pull request, and the key of everything kept about it. */
export type PullKey = `${string}/${string}#${number}`

/** One webhook delivery as GitHub sent it. */
export interface Delivery {
  /** X-GitHub-Delivery. */
  readonly id: string
  /** X-GitHub-Event. */
  readonly event: string
  readonly payload: unknown
}

/** Digest of an environment's change at the commit that a review saw, kept when the review arrived. */
export interface ApprovalRecord {
  readonly reviewId: string
  readonly environment: string
  readonly commit: string
  readonly change: string
  readonly result?: string | undefined
  /** What the environment's change consisted of: fingerprint by `kind namespace/name path`, to say later what moved. */
  readonly fields: Readonly<Record<string, string>>
}

export interface PullRecord {
  readonly key: PullKey
  readonly installation: number
  readonly state: 'open' | 'closed' | 'merged'
  /** Name of the base branch. */
  readonly base: string
  readonly head: string
  readonly verdict: string
  readonly title: string
  /** Lower-case logins of people who are asked for a review. */
  readonly requested?: readonly string[] | undefined
}

/** A merged change on its way to one environment. */
export interface DeploymentRecord {
  readonly repository: string
  readonly environment: string
  /** The merge commit. */
  readonly sha: string
  /** The commit of the base branch before it. */
  readonly base: string
  readonly pull: number
  readonly installation: number
  /** GitHub's id of the Deployment. */
  readonly githubId: number
  /** ISO 8601. */
  readonly mergedAt: string
  readonly mergedBy: string | null
  /** Digest of the change as it was merged. */
  readonly digest: string
  readonly classes: readonly string[]
  /** Who signed, by rule, as it was decided for the merge. */
  readonly signatures: readonly { readonly rule: string; readonly people: readonly string[] }[]
  readonly rollout: Rollout
  /** The state that GitHub was told last, and the sentence; undefined: none. */
  readonly published?: string | undefined
}

/** A pull request that Countersign opened. */
export interface ProposalRecord {
  readonly kind: 'promotion' | 'rollback'
  readonly environment: string
  /** The merge commit that is promoted, or taken back. */
  readonly of: string
  /** The pull request that it was merged with. */
  readonly ofPull: number
  /** Who ran `/promote` or `/rollback`; null: the policy did. */
  readonly askedBy: string | null
  /** Logins of everybody who contributed to what is promoted. */
  readonly contributors: readonly string[]
}

/** Which deployment a record is of. */
export type DeploymentKey = Pick<DeploymentRecord, 'repository' | 'environment' | 'sha'>

export interface AuditRecord {
  readonly sequence: number
  /** ISO 8601. */
  readonly at: string
  readonly pull: PullKey | null
  /** `decision`, `effect`, `command`, … */
  readonly kind: string
  readonly body: unknown
  /** Hash of the record before; empty for the first. */
  readonly previous: string
  /** sha256 over previous, sequence, at, pull, kind and body. */
  readonly hash: string
}

/** A stored decision with what it was made from. */
export interface DecisionRecord {
  /** ISO 8601. */
  readonly at: string
  readonly policyHash: string
  /** What was kept under the hash; undefined where nothing was. */
  readonly policy: unknown
  readonly facts: Facts
  readonly decision: Decision
}

/** Nothing merges into an environment of a repository. */
export interface FreezeRecord {
  readonly environment: string
  readonly by: string
  /** ISO 8601. */
  readonly at: string
  /** ISO 8601; undefined: until somebody ends it. */
  readonly until?: string | undefined
  readonly reason: string
}

/** Somebody signed a manual item of an environment's checklist, or took the signature back. */
export interface AttestationRecord extends Signature {
  readonly environment: string
  readonly item: string
  /** False: it was taken back. */
  readonly signed: boolean
}

/** A finding that somebody accepted by `/waive`. */
export interface WaiverRecord extends Waiver {
  readonly environment: string
  /** ISO 8601. */
  readonly at: string
}

/**
 * Evidence and cache. GitHub stays the source of truth: losing the store loses history, never safety.
 * Every method throws AppError `store-failed` when the database cannot answer; a write that returned is durable.
 */
export interface Store {
  /** Keeps a delivery; `known` when its id was kept before (then nothing is written). */
  saveDelivery(delivery: Delivery): Promise<'new' | 'known'>
  /** Up to `limit` deliveries that nobody has finished, oldest first, after at most `maximumAttempts` tries. Counts the try. */
  takeDeliveries(limit: number, maximumAttempts: number): Promise<readonly Delivery[]>
  /** Offers again what was taken and not finished. Only for a store that no other process uses. */
  releaseDeliveries(): Promise<void>
  /** Marks a delivery as done; with an error it stays to be tried again. */
  finishDelivery(id: string, error?: string): Promise<void>

  /** The record of a pull request, as last judged. */
  readPull(key: PullKey): Promise<PullRecord | undefined>
  savePull(record: PullRecord): Promise<void>
  /** Pull requests last seen open, narrowed by owner, repository, head commit or base branch. */
  openPulls(filter?: {
    readonly owner?: string | undefined
    readonly repository?: string | undefined
    readonly head?: string | undefined
    readonly base?: string | undefined
  }): Promise<readonly PullRecord[]>

  /** On how many open pull requests of an owner each person is asked for a review, but for one of them. */
  requestLoad(owner: string, except: PullKey): Promise<Readonly<Record<string, number>>>

  /** Keeps a decision with the facts it was made from. The same decision twice in a row is kept once. */
  saveDecision(pull: PullKey, policyHash: string, facts: Facts, decision: Decision): Promise<void>

  /** Keeps the rules (or the problems) that a policy hash stands for; the first stays. */
  savePolicy(hash: string, policy: unknown): Promise<void>
  /** The newest decision of a pull request, or the newest made up to a time (ISO 8601). */
  readDecision(pull: PullKey, at?: string): Promise<DecisionRecord | undefined>

  approvals(pull: PullKey): Promise<readonly ApprovalRecord[]>
  /** Keeps what a review saw; the first record of a review and environment stays. */
  saveApprovals(pull: PullKey, records: readonly ApprovalRecord[]): Promise<void>

  /**
   * Where a command stands: `new` (now started), `started` before by a process that died, or `done`. What is done is never executed
   * again; what was started is, so carrying it out must be safe to repeat.
   */
  startCommand(pull: PullKey, commentId: number): Promise<'new' | 'started' | 'done'>
  finishCommand(commentId: number): Promise<void>

  holds(pull: PullKey): Promise<readonly HoldFacts[]>
  hold(pull: PullKey, hold: HoldFacts): Promise<void>
  unhold(pull: PullKey): Promise<void>
  mergeAsked(pull: PullKey): Promise<MergeAsked | undefined>
  /** Replaces what was asked before; undefined: nothing is asked any more. */
  askMerge(pull: PullKey, asked: MergeAsked | undefined): Promise<void>
  /** Marks what was asked for a head as carried on over an update of its branch; nothing when it is not asked any more. */
  carryMerge(pull: PullKey, asked: MergeAsked, head: string): Promise<void>

  /** Freezes of a repository, ended ones among them as long as nobody removed them. One for each environment. */
  freezes(repository: string): Promise<readonly FreezeRecord[]>
  freeze(repository: string, freeze: FreezeRecord): Promise<void>
  unfreeze(repository: string, environment: string): Promise<void>

  /** Emergency merges asked for: the newest of each environment. */
  breakGlass(pull: PullKey): Promise<readonly BreakGlassFacts[]>
  /** Replaces an older one of the same environment, confirmation and all; the same one again changes nothing. */
  askBreakGlass(pull: PullKey, asked: Omit<BreakGlassFacts, 'confirmed'>): Promise<void>
  /** Confirms what was asked for this head and this change of the environment, unless it is confirmed already. */
  confirmBreakGlass(
    pull: PullKey,
    confirmed: {
      readonly environment: string
      readonly head: string
      readonly change: string
      readonly by: string
      readonly at: string
    },
  ): Promise<void>
  withdrawBreakGlass(pull: PullKey): Promise<void>

  /** What was said last of each manual item of a pull request. */
  attestations(pull: PullKey): Promise<readonly AttestationRecord[]>
  /** Replaces what was said before of the item in the environment; what is older than that changes nothing. */
  attest(pull: PullKey, record: AttestationRecord): Promise<void>

  /** Waivers given by `/waive` in a repository, ended ones among them as long as nobody removed them. */
  waivers(repository: string): Promise<readonly WaiverRecord[]>
  /** Replaces the waiver of the same rule and resource in the environment. */
  waive(repository: string, record: WaiverRecord): Promise<void>
  unwaive(repository: string, waiver: Pick<WaiverRecord, 'environment' | 'rule' | 'resource'>): Promise<void>

  /** What kept the check from being binding on a branch when that was last looked at; undefined: it was not. */
  protectionProblems(repository: string, branch: string): Promise<readonly string[] | undefined>
  saveProtectionProblems(repository: string, branch: string, problems: readonly string[]): Promise<void>

  /** People who pushed to a branch (`feature-1`), by the push webhooks seen. */
  pushers(repository: string, ref: string): Promise<readonly string[]>
  addPusher(repository: string, ref: string, login: string): Promise<void>

  /** Keeps a new deployment; the first record of a commit and environment stays. */
  createDeployment(record: DeploymentRecord): Promise<void>
  /** Keeps where a deployment is now, and what GitHub was told of it. */
  saveRollout(key: DeploymentKey, rollout: Rollout, published: string | undefined): Promise<void>
  /** Deployments of a repository, newest merge first, narrowed by environment, commit or pull request. At most `limit`, 100 by default. */
  deployments(
    repository: string,
    filter?: {
      readonly environment?: string | undefined
      readonly sha?: string | undefined
      readonly pull?: number | undefined
      readonly limit?: number | undefined
    },
  ): Promise<readonly DeploymentRecord[]>
  /** The newest deployment of every environment of every repository. */
  newestDeployments(): Promise<readonly DeploymentRecord[]>

  /** Keeps what a pull request of ours is for; a later record of it replaces what was kept. */
  saveProposal(pull: PullKey, proposal: ProposalRecord): Promise<void>
  proposal(pull: PullKey): Promise<ProposalRecord | undefined>
  /** Every pull request of ours in a repository, newest first, with its number. At most 100. */
  proposals(repository: string): Promise<readonly (ProposalRecord & { readonly number: number })[]>

  /** Keeps what somebody said of the canaries of a deployment. */
  saveGateCommand(deployment: DeploymentKey, command: GateCommand): Promise<void>
  /** What was said of the canaries of a deployment, oldest first. */
  gateCommands(deployment: DeploymentKey): Promise<readonly GateCommand[]>

  /** Nothing that contains the commit is promoted until it is released. The first record of a commit stays. */
  quarantine(repository: string, sha: string, reason: string): Promise<void>
  release(repository: string, sha: string): Promise<void>
  quarantined(repository: string): Promise<readonly { readonly sha: string; readonly reason: string }[]>

  /** Keeps what was told of a cluster or by GitHub. `repository` where it is known. */
  saveObservation(observation: Observation, repository: string | undefined): Promise<void>
  /** What was told since a time (ISO 8601), oldest first: of this repository, and of clusters without naming one. At most 5,000, the newest. */
  observations(repository: string, since: string): Promise<readonly Observation[]>
  /** Forgets what was told before a time (ISO 8601). */
  forgetObservations(before: string): Promise<void>

  /** Appends to the hash chain; one writer at a time over all replicas. */
  appendAudit(pull: PullKey | null, kind: string, body: unknown): Promise<AuditRecord>
  /** The chain, or one pull request's part of it, in order. */
  audit(pull?: PullKey): AsyncIterable<AuditRecord>

  /** The chain as stored, with the text that the hashes cover. */
  auditRows(): AsyncIterable<AuditRow>

  /** Returns when the database answers. */
  ping(): Promise<void>
  /** `PGlite 18.1 in /var/lib/countersign` or `PostgreSQL 17.2`. */
  describe(): Promise<string>
  close(): Promise<void>
}
