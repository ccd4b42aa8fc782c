import type { Services } from '../services.ts'
import type { Account, Pull } from '../world/model.ts'
import { recordEvent } from './announce.ts'

/** Writes down that a pull request is merged: by the button, or because its commits arrived on the base by a push. */
export function closeAsMerged(
  { world }: Services,
  pull: Pull,
  base: string,
  merge: string,
  account: Account,
): void {
  pull.state = 'closed'
  pull.baseSha = base
  pull.mergeCommitSha = merge
  pull.mergedBy = account
  pull.mergedAt = world.now()
  pull.closedAt = pull.mergedAt
  recordEvent(world, pull, { type: 'MergedEvent', actor: account, commit: merge, base: pull.baseRef })
  recordEvent(world, pull, { type: 'ClosedEvent', actor: account })
}
