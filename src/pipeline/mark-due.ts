import type { Due } from '../core/due.ts'
import type { PullKey } from '../ports/store.ts'
import { mightBeCommand } from '../core/commands/parse-commands.ts'
import type { PipelineDeps } from './deps.ts'
import { lookAtProtection } from './look-at-protection.ts'
import { takeStatus } from './take-news.ts'

/** Where a delivery came from. */
export interface DeliverySource {
  /** `acme/shop`; absent for events of an organisation. */
  readonly repository?: string | undefined
  readonly installation: number
}

/** Turns what a delivery makes due into jobs. */
export async function markDue(deps: PipelineDeps, source: DeliverySource, due: Due): Promise<void> {
  const { repository, installation } = source
  if (due.kind === 'sweep') return deps.queue.sendSweep()
  if (due.kind === 'people') {
    deps.app.forgetPeople(due.owner)
    return markOpen(deps, installation, { owner: due.owner })
  }
  if (repository === undefined) return
  switch (due.kind) {
    case 'pull':
      return deps.queue.markDue({ key: `${repository}#${due.number}` as PullKey, installation })
    case 'head':
      return markOpen(deps, installation, { repository, head: due.sha })
    case 'base':
      return markOpen(deps, installation, { repository, base: due.ref })
    case 'protection':
      await lookAtProtection(deps, repository)
      return markOpen(deps, installation, { repository })
    case 'told':
      return takeStatus(deps, repository, due.status)
    case 'pusher':
      return deps.store.addPusher(repository, due.ref, due.login)
    case 'ticks': {
      const { kind: _, number, ...ticked } = due
      return deps.queue.sendTicks({ ...ticked, key: `${repository}#${number}` as PullKey, installation })
    }
    case 'group': {
      const { kind: _, ...group } = due
      return deps.queue.sendGroup({ ...group, repository, installation })
    }
    case 'command': {
      if (!mightBeCommand(due.body)) return
      const { kind: _, number, ...command } = due
      return deps.queue.sendCommand({ ...command, key: `${repository}#${number}` as PullKey, installation })
    }
  }
}

async function markOpen(
  deps: PipelineDeps,
  installation: number,
  filter: Parameters<PipelineDeps['store']['openPulls']>[0],
): Promise<void> {
  for (const pull of await deps.store.openPulls(filter))
    await deps.queue.markDue({ key: pull.key, installation })
}
