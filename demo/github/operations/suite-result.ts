import type { CheckRun, CheckSuite } from '../world/model.ts'

/** The newest run of each name: an older one of the same name no longer counts. */
export function latestRuns(runs: readonly CheckRun[]): CheckRun[] {
  const latest = new Map<string, CheckRun>()
  for (const run of runs) latest.set(run.name, run)
  return [...latest.values()]
}

const worst = [
  'failure',
  'timed_out',
  'action_required',
  'cancelled',
  'stale',
  'neutral',
  'skipped',
  'success',
] as const

/** A suite is done when its runs are, and as good as the worst of them. */
export function suiteResult(suite: CheckSuite): { status: CheckRun['status']; conclusion: string | null } {
  const runs = latestRuns(suite.runs)
  if (runs.length === 0 || runs.every((run) => run.status === 'queued'))
    return { status: 'queued', conclusion: null }
  if (runs.some((run) => run.status !== 'completed')) return { status: 'in_progress', conclusion: null }
  const conclusions = new Set(runs.map((run) => run.conclusion))
  const all = worst.find((conclusion) => conclusions.has(conclusion)) ?? 'success'
  return {
    status: 'completed',
    conclusion: conclusions.has('success') && ['neutral', 'skipped'].includes(all) ? 'success' : all,
  }
}
