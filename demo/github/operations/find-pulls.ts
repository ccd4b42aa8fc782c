import type { Pull, Repository } from '../world/model.ts'

/** Pull requests whose head is this commit, open ones only: what a check is shown on. */
export const pullsAtHead = (repository: Repository, sha: string): Pull[] =>
  [...repository.pulls.values()].filter((pull) => pull.state === 'open' && pull.headSha === sha)

export const openPulls = (repository: Repository): Pull[] =>
  [...repository.pulls.values()].filter((pull) => pull.state === 'open')
