import { createHash } from 'node:crypto'
import { canonicalJson } from './change/canonical-json.ts'
import type { Json } from './change/resource.ts'
import type { Decision } from './decision.ts'
import type { Facts } from './facts.ts'

/** A decision with all that it was made from. */
export interface Evidence {
  readonly policyHash: string
  readonly policy: unknown
  readonly facts: Facts
  readonly decision: Decision
}

/** What the audit trail holds of a decision that is kept beside it: altered afterwards, it has another digest. `sha256:…`. */
export function evidenceDigest({ policyHash, policy, facts, decision }: Evidence): string {
  // As it is kept: fields without a value are not there.
  const kept = JSON.parse(JSON.stringify({ policyHash, policy, facts, decision })) as Json
  return `sha256:${createHash('sha256').update(canonicalJson(kept)).digest('hex')}`
}
