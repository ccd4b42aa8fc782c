import type { Followed } from './followed.ts'
import { briefly } from './json-at.ts'
import { covers, relationOf } from './lineage.ts'
import type { ObjectReading } from './rollout-state.ts'

/** A commit status or deployment status that something else wrote on GitHub. */
export interface GitHubStatus {
  /** Context of a commit status, environment of a deployment status. */
  readonly name: string
  readonly sha: string
  readonly state: string
  readonly description: string
  /** ISO 8601. */
  readonly at: string
}

/**
 * What a status on GitHub says about the followed commit; undefined where it speaks of another one. The policy names the
 * statuses that mean health; success of any other is not read.
 * https://docs.github.com/en/rest/deployments/statuses · https://docs.github.com/en/rest/commits/statuses
 */
export function readGitHubStatus(status: GitHubStatus, followed: Followed): ObjectReading | undefined {
  if (!covers(relationOf(followed.lineage, status.sha.toLowerCase()))) return undefined
  const description = briefly(status.description)
  const because = description === '' ? '' : `: ${description}`
  const seen = { revision: status.sha.toLowerCase(), since: status.at }
  switch (status.state) {
    case 'success':
      return { state: 'healthy', sentence: `reports success${because}`, ...seen }
    case 'failure':
    case 'error':
      return {
        state: followed.wasHealthy === true ? 'degraded' : 'failed',
        sentence: `reports ${status.state}${because}`,
        ...seen,
      }
    case 'in_progress':
      return { state: 'progressing', sentence: `reports progress${because}`, ...seen }
    default:
      return { state: 'waiting', sentence: `reports ${briefly(status.state, 20)}${because}`, ...seen }
  }
}
