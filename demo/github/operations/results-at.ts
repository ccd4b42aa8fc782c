import type { Repository } from '../world/model.ts'
import { latestRuns } from './suite-result.ts'

export interface Result {
  readonly name: string
  /** App id; null for a status that a person set. */
  readonly appId: number | null
  readonly outcome: 'success' | 'pending' | 'failure'
}

/** The newest result of each check (by name and App) and status (by context) at a commit. */
export function resultsAt(repository: Repository, sha: string): Result[] {
  const runs = repository.suites
    .filter((suite) => suite.headSha === sha)
    .flatMap((suite) => latestRuns(suite.runs))
    .map((run): Result => {
      const passed = ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '')
      const outcome = run.status !== 'completed' ? 'pending' : passed ? 'success' : 'failure'
      return { name: run.name, appId: run.suite.app.id, outcome }
    })
  const statuses = new Map<string, Result>()
  for (const status of repository.statuses)
    if (status.sha === sha)
      statuses.set(status.context, {
        name: status.context,
        appId: status.app?.id ?? null,
        outcome: status.state === 'error' ? 'failure' : status.state,
      })
  return [...runs, ...statuses.values()]
}
