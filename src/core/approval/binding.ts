import type { EnvironmentFacts, ReviewFacts } from '../facts.ts'
import { ownEntry } from '../own-entry.ts'
import type { EnvironmentPolicy } from '../policy/policy.ts'
import { isBeforeRetargeting } from './retargeted.ts'

/** Whether an approval is bound to what is judged now. `unknown`: it could not be found out, so nothing may follow from it. */
export type Binding =
  | { readonly kind: 'bound' }
  | { readonly kind: 'stale'; readonly moved: readonly string[]; readonly retargeted?: true }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface BindingContext {
  readonly binding: EnvironmentPolicy['binding']
  /** The judged head. */
  readonly head: string
  /** Null: there is no rendered change to bind to, only the commit. */
  readonly environment: EnvironmentFacts | null
  /** See PullFacts. */
  readonly baseChangedAt: string | undefined
}

/**
 * Compares what the reviewer had on the page with what is judged now. The digest that is recorded for the reviewed commit decides
 * even when it is the head: when a merge result is judged, an approval of the head binds only if both change the same.
 */
export function bindingOf(review: ReviewFacts, context: BindingContext): Binding {
  const { binding, head, environment } = context
  if (isBeforeRetargeting(review.at, context)) return { kind: 'stale', moved: [], retargeted: true }
  if (review.commit === null) return { kind: 'stale', moved: [] }
  if (binding === 'commit' || environment === null)
    return review.commit === head ? { kind: 'bound' } : { kind: 'stale', moved: [] }
  const recorded = ownEntry(environment.digests, review.commit)
  if (recorded === undefined) {
    if (review.commit === head) return { kind: 'bound' }
    return { kind: 'unknown', reason: `the change at commit ${review.commit} was not computed` }
  }
  if (recorded.kind === 'failed')
    return {
      kind: 'unknown',
      reason: `the change at commit ${review.commit} could not be computed: ${recorded.reason}`,
    }
  if (recorded.kind === 'missing') return { kind: 'stale', moved: [] }
  const { change, result, moved = [] } = recorded.value
  const now = binding === 'result' ? environment.change.resultDigest : environment.change.change.digest
  const then = binding === 'result' ? result : change
  if (now === undefined || then === undefined)
    return { kind: 'unknown', reason: `the rendered result at commit ${review.commit} was not computed` }
  return then === now ? { kind: 'bound' } : { kind: 'stale', moved }
}
