import { deploymentComment } from '../core/words/deployment-comment.ts'
import { nextStep } from '../core/words/next-step.ts'
import type { GitHub, PullReading } from '../ports/github.ts'
import type { PipelineDeps } from './deps.ts'

/** The sticky comment of a merged pull request says where its deployments are. `reading` where it was just read. */
export async function showDeployments(
  deps: PipelineDeps,
  github: GitHub,
  at: { readonly repository: string; readonly pull: number; readonly sha: string },
  reading?: PullReading,
): Promise<void> {
  const { repository, pull, sha } = at
  const records = await deps.store.deployments(repository, { sha })
  if (records.length === 0) return
  const { comment } = reading ?? (await github.readPull(repository, pull)) ?? { comment: null }
  const proposals = await deps.store.proposals(repository)
  const deployments = records
    .toSorted((a, b) => (a.environment < b.environment ? -1 : 1))
    .map(({ environment, rollout }) => ({
      environment,
      rollout,
      next: nextStep(
        rollout,
        proposals.find((each) => each.of === sha && each.environment === environment),
      ),
    }))
  const body = deploymentComment({
    sha,
    deployments,
    before: comment?.body ?? null,
    now: deps.now().toISOString(),
  })
  if (comment?.body.trim() === body.trim()) return
  await github.ensureComment(repository, pull, body, comment?.id)
}
