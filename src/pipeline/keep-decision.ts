import { createHash } from 'node:crypto'
import type { Decision } from '../core/decision.ts'
import { evidenceDigest } from '../core/evidence.ts'
import type { Facts } from '../core/facts.ts'
import type { Problem } from '../core/problem.ts'
import type { DuePull } from '../ports/queue.ts'
import type { PipelineDeps } from './deps.ts'
import type { Taken } from './take-facts.ts'

/**
 * Keeps a decision with all it was made from, so that it can be explained and judged again. Gives the hash of the policy, and the digest of what is
 * kept: of the same decision twice in a row, the first.
 */
export async function keepDecision(
  deps: PipelineDeps,
  due: DuePull,
  { policy, facts }: Taken,
  decision: Decision,
): Promise<{ readonly policy: string; readonly evidence: string | undefined }> {
  const hash = policy === 'absent' ? 'absent' : policy.ok ? policy.value.hash : problemsHash(policy.problems)
  await deps.store.savePolicy(hash, policy)
  await deps.store.saveDecision(due.key, hash, withoutRenderings(facts), decision)
  const kept = await deps.store.readDecision(due.key)
  return { policy: hash, evidence: kept && evidenceDigest(kept) }
}

/**
 * What was rendered holds credentials as the repository has them; readiness has looked at it by now, and no decision does. Changes and
 * findings, which are kept, hold fingerprints.
 */
function withoutRenderings(facts: Facts): Facts {
  const environments = Object.entries(facts.environments).map(([name, environment]) => {
    const targets = environment.change.targets.map((target) => ({ ...target, base: [], head: [] }))
    return [name, { ...environment, change: { ...environment.change, targets } }] as const
  })
  return { ...facts, environments: Object.fromEntries(environments) }
}

function problemsHash(problems: readonly Problem[]): string {
  return `unreadable:${createHash('sha256').update(JSON.stringify(problems)).digest('hex')}`
}
