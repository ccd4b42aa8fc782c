import type { Pull, Repository } from '../world/model.ts'
import { ordered } from './connection.ts'

export interface PullFilter {
  readonly states?: readonly string[] | null
  readonly baseRefName?: string | null
  readonly headRefName?: string | null
  readonly labels?: readonly string[] | null
  readonly orderBy?: { readonly field: string; readonly direction: string } | null
}

export const stateOf = (pull: Pull): string => (pull.mergedAt === null ? pull.state.toUpperCase() : 'MERGED')

export function selectPulls(repository: Repository, filter: PullFilter): Pull[] {
  const found = [...repository.pulls.values()].filter(
    (pull) =>
      (filter.states?.includes(stateOf(pull)) ?? true) &&
      (filter.baseRefName == null || pull.baseRef === filter.baseRefName) &&
      (filter.headRefName == null || pull.headRef === filter.headRefName) &&
      (filter.labels?.some((name) => pull.labels.some((label) => label.name === name)) ?? true),
  )
  return ordered(
    found,
    (pull) => (filter.orderBy?.field === 'UPDATED_AT' ? pull.updatedAt : pull.number),
    filter.orderBy?.direction,
  )
}
