import type { Decision } from './decision.ts'
import { planRequests, type RequestFacts } from './requests.ts'

/** The check run of ours that stands on GitHub. */
export interface PublishedCheck {
  readonly id: number
  readonly head: string
  readonly externalId: string | null
  readonly status: string
}

/** What stands on GitHub already, read in the same instant as the facts. */
export interface Published {
  readonly check: PublishedCheck | null
  readonly comment: { readonly id: number; readonly body: string } | null
  /** Absent: nobody is asked for a review. */
  readonly requests?: RequestFacts | undefined
}

/** The words of a decision, ready to be published. */
export interface Words {
  readonly check: {
    readonly status: 'completed' | 'in_progress'
    readonly conclusion?: 'success' | 'failure' | undefined
    readonly title: string
    readonly summary: string
    readonly annotations: readonly {
      readonly path: string
      readonly line: number
      readonly level: 'notice' | 'warning' | 'failure'
      readonly title: string
      readonly message: string
    }[]
    /** Digest of the above. */
    readonly externalId: string
  }
  /** `quiet`: not worth a new comment (nobody is mailed); one that exists is kept up to date. */
  readonly comment: { readonly body: string; readonly quiet: boolean }
}

/** Something to be done outside. Each may be done twice with the effect of once. */
export type Effect =
  | {
      readonly kind: 'check'
      readonly head: string
      readonly existing: number | undefined
      readonly check: Words['check']
    }
  | { readonly kind: 'comment'; readonly existing: number | undefined; readonly body: string }
  | {
      readonly kind: 'merge'
      readonly head: string
      readonly method: 'merge' | 'squash' | 'rebase'
      readonly askedBy: string | null
    }
  /** Asks people for a review. */
  | { readonly kind: 'request'; readonly logins: readonly string[] }
  | { readonly kind: 'judge-again'; readonly at: string }

/**
 * What has to be done so that GitHub says what was decided; empty when it does already.
 * The check comes first: branch protection must never see less than the comment promises. The merge comes last.
 */
export function planEffects(decision: Decision, words: Words, published: Published): readonly Effect[] {
  const effects: Effect[] = []
  const { check, comment } = published
  const checkStands = check?.head === decision.head && check.externalId === words.check.externalId
  if (!checkStands) {
    const existing = check?.head === decision.head ? check.id : undefined
    effects.push({ kind: 'check', head: decision.head, existing, check: words.check })
  }
  const commentStands =
    comment === null ? words.comment.quiet : comment.body.trim() === words.comment.body.trim()
  if (!commentStands) effects.push({ kind: 'comment', existing: comment?.id, body: words.comment.body })
  const logins = published.requests === undefined ? [] : planRequests(decision, published.requests)
  if (logins.length > 0) effects.push({ kind: 'request', logins })
  if (decision.judgeAgainAt !== undefined) effects.push({ kind: 'judge-again', at: decision.judgeAgainAt })
  if (decision.merge !== null) effects.push({ kind: 'merge', ...decision.merge })
  return effects
}
