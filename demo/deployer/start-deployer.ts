import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Octokit } from '@octokit/rest'
import type { LocalGitHub } from '../github/local-github.ts'
import type { Stage } from '../stage.ts'
import { startStandIn, type StandIn, type StandInOptions } from './stand-in.ts'

/** Starts a stand-in that follows `main` of the stage's repository, and writes the files that make Countersign know the cluster. */
export async function startDeployer(options: {
  readonly home: string
  readonly github: LocalGitHub
  readonly stage: Stage
  readonly objects: StandInOptions['objects']
  readonly outcome: StandInOptions['outcome']
  /** What the clusters file calls it. Default `demo`. */
  readonly name?: string
}): Promise<{ readonly standIn: StandIn; readonly clustersFile: string }> {
  const { home, github, stage, objects, outcome, name = 'demo' } = options
  const [owner = '', repo = ''] = stage.repository.split('/')
  const octokit = new Octokit({ baseUrl: github.apiUrl, auth: stage.tokens.alex ?? '' })
  const secret = 'the secret of the demo cluster'
  const standIn = await startStandIn({
    repositoryUrl: `${github.url}/${stage.repository}.git`,
    objects,
    outcome,
    secret,
    head: async () => (await octokit.rest.repos.getBranch({ owner, repo, branch: 'main' })).data.commit.sha,
  })
  await writeFile(join(home, `${name}.kubeconfig`), standIn.kubeconfig)
  await writeFile(join(home, `${name}.hook-secret`), secret)
  const clustersFile = join(home, 'clusters.yml')
  await writeFile(
    clustersFile,
    `clusters:\n  - name: ${name}\n    kubeconfig: ${name}.kubeconfig\n    hook-secret-file: ${name}.hook-secret\n`,
  )
  return { standIn, clustersFile }
}
