import type { Probot } from 'probot'
import { dueOf } from './core/due.ts'
import { markDue } from './pipeline/mark-due.ts'
import type { PipelineDeps } from './pipeline/deps.ts'

/**
 * The Probot application: every delivery is translated into what it makes due, and nothing else. Deliveries arrive here from
 * the inbox (pipeline/drain-inbox.ts), after they were verified, kept and answered.
 */
export function countersignApp(probot: Probot, deps: PipelineDeps, appId: number): void {
  probot.onAny(async ({ name, payload }) => {
    const fields = payload as unknown as Readonly<Record<string, unknown>> & {
      readonly repository?: { readonly full_name?: string }
      readonly installation?: { readonly id?: number }
    }
    const installation = fields.installation?.id
    if (installation === undefined) return
    const repository = fields.repository?.full_name
    for (const due of dueOf(name, fields, { appId })) await markDue(deps, { repository, installation }, due)
  })
}
