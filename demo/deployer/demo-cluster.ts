import { Octokit } from '@octokit/rest'
import type { LocalGitHub } from '../github/local-github.ts'
import type { Stage } from '../stage.ts'
import type { StandInObject, StandInOptions } from './stand-in.ts'

/** What the demo's cluster deploys of the sample: by Flux, by Argo CD, and with a canary by Flagger. */
const objects: readonly StandInObject[] = [
  { kind: 'Kustomization', namespace: 'apps', name: 'frontend-staging', path: 'deploy/overlays/staging' },
  {
    kind: 'Application',
    namespace: 'argocd',
    name: 'frontend-production',
    path: 'deploy/overlays/production',
  },
  { kind: 'Kustomization', namespace: 'apps', name: 'api-staging', path: 'deploy/api/staging', canary: true },
  { kind: 'Application', namespace: 'argocd', name: 'api-production', path: 'deploy/api/production' },
]

/** The cluster of the demo. An image tag that contains `broken` never becomes healthy in it, so that a failure can be tried by hand. */
export function demoCluster(github: LocalGitHub, stage: Stage): Pick<StandInOptions, 'objects' | 'outcome'> {
  const [owner = '', repo = ''] = stage.repository.split('/')
  const octokit = new Octokit({ baseUrl: github.apiUrl, auth: stage.tokens.alex ?? '' })
  const read = async (path: string, ref: string): Promise<string> => {
    const { data } = await octokit.rest.repos.getContent({ owner, repo, path, ref })
    return Buffer.from((data as { content: string }).content, 'base64').toString('utf8')
  }
  return {
    objects,
    outcome: async ({ path }, commit) => {
      const own = await read(`${path}/kustomization.yaml`, commit)
      const base = path.startsWith('deploy/overlays/')
        ? await read('deploy/bases/frontend/deployment.yaml', commit)
        : ''
      return /(?:newTag|image):.*broken/.test(own + base) ? 'failed' : 'healthy'
    },
  }
}
