import type { RolloutState } from './rollout-state.ts'

/**
 * What GitHub's own pages, and tools that read them (four-keys, DevLake), are told: `success` is a deployment that was made. One whose health
 * nobody can know counts as made, and says so. https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status
 */
export function gitHubState(
  state: RolloutState,
): 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive' {
  switch (state) {
    case 'waiting':
      return 'queued'
    case 'progressing':
    case 'waiting-gate':
      return 'in_progress'
    case 'healthy':
    case 'applied-health-unknown':
      return 'success'
    case 'superseded':
      return 'inactive'
    case 'failed-before-this-change':
    case 'timed-out':
      return 'error'
    case 'failed':
    case 'degraded':
    case 'rolled-back-in-cluster':
      return 'failure'
  }
}
