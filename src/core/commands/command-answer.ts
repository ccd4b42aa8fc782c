import type { Decision } from '../decision.ts'
import type { Facts, Lookup, Permission } from '../facts.ts'
import type { Policy } from '../policy/policy.ts'

/** What executing a command comes to. */
export interface CommandAnswer {
  readonly reaction: '+1' | 'confused'
  /** One reply under the command; absent when the thumb says it all. */
  readonly reply?: string | undefined
  /** What changes in what is kept, or is asked of GitHub. */
  readonly change?:
    | { readonly kind: 'ask-merge'; readonly head: string }
    /** Withdraws the merge, the emergency merges and the requests for reviews. */
    | { readonly kind: 'cancel' }
    | { readonly kind: 'hold'; readonly reason: string }
    | { readonly kind: 'unhold' }
    | { readonly kind: 'request'; readonly logins: readonly string[]; readonly teams: readonly string[] }
    /** Whoever is still missing, chosen as without a command. */
    | { readonly kind: 'request-missing' }
    | {
        readonly kind: 'freeze'
        readonly environment: string
        /** ISO 8601. */
        readonly until: string | undefined
        readonly reason: string
      }
    | { readonly kind: 'unfreeze'; readonly environment: string }
    /** Opens the pull request that promotes this merged one. */
    | { readonly kind: 'promote'; readonly environment: string; readonly from: string }
    /** Opens the pull request that takes this merged one back. */
    | { readonly kind: 'rollback'; readonly reason: string }
    | { readonly kind: 'release' }
    /** Lets the canaries of this deployment on, or ends them. */
    | { readonly kind: 'canary'; readonly gate: 'promote' | 'rollback'; readonly name: string | undefined }
    | {
        readonly kind: 'attest'
        readonly item: string
        readonly note: string
        /** False: the signature is taken back. */
        readonly signed: boolean
        /** Where, with the digest of the change that it is for. */
        readonly environments: readonly { readonly name: string; readonly digest: string }[]
      }
    | {
        readonly kind: 'waive'
        readonly environments: readonly string[]
        readonly rule: string
        readonly resource: string | undefined
        /** The last day: `2027-01-31`. */
        readonly until: string
        readonly because: string
      }
    | {
        readonly kind: 'unwaive'
        readonly environments: readonly string[]
        readonly rule: string
        readonly resource: string | undefined
      }
    | {
        readonly kind: 'break-glass'
        readonly environment: string
        readonly reason: string
        readonly head: string
        /** Digest of what would change in the environment. */
        readonly change: string
      }
    | {
        readonly kind: 'confirm'
        readonly confirmed: readonly { readonly environment: string; readonly change: string }[]
        readonly head: string
      }
    | undefined
  /** What has to be judged again: nothing, this pull request, or every open one of the repository. */
  readonly judgeAgain: 'nothing' | 'pull' | 'repository'
}

export interface CommandContext {
  readonly login: string
  readonly permission: Lookup<Permission>
  readonly decision: Decision
  /** The decision in a sentence. */
  readonly title: string
  readonly state: 'open' | 'closed' | 'merged'
  /** When the comment was written, in milliseconds. */
  readonly now: number
  /** Taken for this command; for `/confirm` with nothing about people from a cache. */
  readonly facts: Facts
  /** Undefined: the base branch has none that can be read. */
  readonly policy: Policy | undefined
}

export function refuse(reply: string): CommandAnswer {
  return { reaction: 'confused', reply, judgeAgain: 'nothing' }
}
