import type { EnvironmentPolicy } from '../core/policy/policy.ts'
import { isHealthAssessed } from '../core/rollout/read-kustomization.ts'
import type { Deployed } from '../core/rollout/match-object.ts'
import { readObjects } from '../core/targets/discover/read-objects.ts'
import type { Repository } from '../ports/repository.ts'
import type { PipelineDeps } from './deps.ts'
import { gatherSide } from './gather-side.ts'

/** What deploys an environment, as the repository and its policy say at a commit. */
export async function findDeployed(
  deps: Pick<PipelineDeps, 'takeChange'>,
  repository: Repository,
  request: { readonly name: string; readonly commit: string; readonly environment: EnvironmentPolicy },
): Promise<{ readonly deployed: Deployed; readonly assessed: readonly string[] }> {
  const { name, commit, environment } = request
  const { targets, discover, deploy } = environment
  const [change] = await deps.takeChange(repository, {
    base: commit,
    head: commit,
    environments: [{ name: environment.name, targets, discover }],
    repository: name,
  })
  const paths = [...new Set((change?.targets ?? []).map(({ path }) => path))]
  const declaring = (await (await gatherSide(repository, commit)).discover(name)).targets.filter(({ path }) =>
    paths.includes(path),
  )
  const assessed: string[] = []
  for (const file of new Set(declaring.map((each) => each.file))) {
    const text = (await repository.file(commit, file)) ?? ''
    for (const { resource } of readObjects(file, text))
      if (resource.kind === 'Kustomization' && isHealthAssessed(resource.object))
        assessed.push(`${resource.namespace ?? ''}/${resource.name}`)
  }
  return {
    deployed: {
      repository: name,
      paths,
      objects: deploy?.objects ?? [],
      declared: [...new Set(declaring.map(({ by }) => by))],
      clusters: deploy?.clusters ?? [],
    },
    assessed,
  }
}
