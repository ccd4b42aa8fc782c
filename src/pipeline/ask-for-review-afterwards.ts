import type { PullFacts } from '../core/facts.ts'
import { emergencyNote, emergencyNoteMarker } from '../core/words/emergency-note.ts'
import type { GitHub } from '../ports/github.ts'
import type { PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'

/**
 * After an emergency merge: one comment that asks for the review that was passed over, and its record in the audit trail. Whether it
 * was an emergency merge is read from the audit trail: a pull request that was signed in the end owes nothing.
 */
export async function askForReviewAfterwards(
  deps: PipelineDeps,
  github: GitHub,
  key: PullKey,
  pull: PullFacts,
): Promise<void> {
  const confirmed = (pull.breakGlass ?? []).filter(
    (each) => each.confirmed !== undefined && each.head === pull.head.sha,
  )
  if (confirmed.length === 0) return
  const merged = new Set<string>()
  let isRecorded = false
  for await (const record of deps.store.audit(key)) {
    if (record.kind === 'merge') for (const name of emergenciesOf(record.body)) merged.add(name)
    if (record.kind === 'review-afterwards') isRecorded = true
  }
  const owed = confirmed.filter(({ environment }) => merged.has(environment))
  if (owed.length === 0) return
  await github.ensureNote(pull.repository, pull.number, emergencyNoteMarker, emergencyNote(owed))
  if (isRecorded) return
  const environments = owed.map(({ environment, by, reason, confirmed }) => ({
    environment,
    askedBy: by,
    confirmedBy: confirmed?.by,
    reason,
  }))
  await deps.store.appendAudit(key, 'review-afterwards', { state: 'open', environments })
}

/** Environments that a merge record says were passed over. */
function emergenciesOf(body: unknown): readonly string[] {
  const record = body as {
    readonly decision?: {
      readonly environments?: readonly { readonly name: string; readonly emergency?: unknown }[]
    }
  }
  return (record.decision?.environments ?? [])
    .filter(({ emergency }) => emergency !== undefined)
    .map(({ name }) => name)
}
