import type { PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { lookAtProtection } from './look-at-protection.ts'

/** GitHub keeps deliveries for a few days; what failed within this time is asked for again. */
/** What deployers told is evidence for as long as deployments take; the audit trail keeps what was made of it. */
const keepObservationsMs = 14 * 86_400_000
const redeliverWithinMs = 6 * 3_600_000

/**
 * Repairs what lost deliveries left behind: failed ones are asked for again, every open pull request is judged anew, and those
 * last seen open that are open no more are looked at once more. Judging a pull request where nothing changed costs one query.
 */
export async function sweep(deps: PipelineDeps): Promise<void> {
  const since = new Date(deps.now().getTime() - redeliverWithinMs).toISOString()
  const redelivered = await deps.app.redeliverFailed(since).catch((error: unknown) => {
    deps.log.warn({ err: error }, 'failed deliveries could not be asked for')
    return 0
  })
  const due = new Map<PullKey, number>()
  for (const installation of await deps.app.installations()) {
    const github = await deps.app.installation(installation)
    for (const pull of await github.openPulls())
      due.set(`${pull.repository}#${pull.number}` as PullKey, installation)
  }
  for (const record of await deps.store.openPulls())
    due.set(record.key, due.get(record.key) ?? record.installation)
  await lookAtProtection(deps)
  await followNewest(deps)
  for (const [key, installation] of due) await deps.queue.markDue({ key, installation })
  deps.log.info({ pulls: due.size, redelivered }, 'open pull requests were swept')
}

/** Deployments that nobody looks at any more, because the job that would have done it was lost. */
async function followNewest(deps: PipelineDeps): Promise<void> {
  for (const { repository, environment, installation } of await deps.store.newestDeployments())
    await deps.queue.follow({ repository, environment, installation })
  await deps.store.forgetObservations(new Date(deps.now().getTime() - keepObservationsMs).toISOString())
}
