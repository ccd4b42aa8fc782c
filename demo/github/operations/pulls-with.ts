import type { Pull, Repository } from '../world/model.ts'
import { comparedBase } from './mergeability.ts'

/** Pull requests that a commit came with: it is one of theirs, or what merging them made. */
export async function pullsWith(repository: Repository, sha: string): Promise<Pull[]> {
  const found: Pull[] = []
  for (const pull of repository.pulls.values()) {
    const isMerge = pull.mergedAt !== null && pull.mergeCommitSha === sha
    if (isMerge || (await repository.git.between(comparedBase(pull), pull.headSha)).includes(sha))
      found.push(pull)
  }
  return found
}
