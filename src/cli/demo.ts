import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'

/** `countersign demo`: the whole journey on this machine, with a local GitHub. */
export const registerDemo: RegisterCommand = (program, io, done) => {
  program
    .command('demo')
    .description('the whole journey of a pull request on this machine, with a local GitHub')
    .option('--exit', 'end after the journey instead of staying up to be tried by hand')
    .option('--port <number>', 'port of the local GitHub (0: a free one)', '0')
    .action(async (options: { exit?: boolean; port: string }) => {
      await demo(io, { exit: options.exit === true, port: Number(options.port) })
      done(0)
    })
}

async function demo(io: CliIo, options: { readonly exit: boolean; readonly port: number }): Promise<void> {
  // The demo needs parts that no other command does; loading them late keeps the others quick.
  const [
    { startLocalGitHub },
    { setStage },
    { playJourney },
    { playFollowing },
    { startDeployer },
    { demoCluster },
    { startServer, untilStopped },
    { localSettings },
  ] = await Promise.all([
    import('../../demo/github/local-github.ts'),
    import('../../demo/stage.ts'),
    import('../../demo/play-journey.ts'),
    import('../../demo/play-following.ts'),
    import('../../demo/deployer/start-deployer.ts'),
    import('../../demo/deployer/demo-cluster.ts'),
    import('../serve.ts'),
    import('../settings.ts'),
  ])
  const say = (text: string): void => io.out(`${text}\n`)
  const home = await mkdtemp(join(tmpdir(), 'countersign-demo-'))
  const github = await startLocalGitHub({ port: options.port })
  try {
    const stage = await setStage(github)
    const cluster = demoCluster(github, stage)
    const { standIn, clustersFile } = await startDeployer({ home, github, stage, ...cluster })
    const settings = localSettings({ home, gitHubHost: github.host, ...stage, clustersFile })
    const server = await startServer(settings, settings.credentials)
    stage.connect(`${server.url}/api/github/webhooks`)
    standIn.connect(server.url)
    try {
      await playJourney({ github, stage, say })
      say('')
      await playFollowing({ github, stage, say })
      if (github.violations.length > 0)
        throw new Error(`GitHub's descriptions were not kept:\n${github.violations.join('\n')}`)
      if (options.exit) return
      say(handsOn(github.url, stage.repository, stage.tokens))
      await untilStopped()
    } finally {
      await server.stop()
      await standIn.close()
    }
  } finally {
    await github.close()
    await rm(home, { recursive: true, force: true })
  }
}

function handsOn(url: string, repository: string, tokens: Readonly<Record<string, string>>): string {
  const people = Object.entries(tokens).map(([login, token]) => `  ${login.padEnd(8)} ${token}`)
  const mallory = tokens.mallory ?? ''
  const clone = url.replace('http://', `http://mallory:${mallory}@`)
  return `
It stays up: try it by hand. Ctrl-C ends it and removes everything.

  Pages       ${url}/${repository}
  Clone       git clone ${clone}/${repository}.git
  Open        curl -X POST ${url}/api/v3/repos/${repository}/pulls -H 'Authorization: token ${mallory}' \\
                -d '{"title":"Try it","head":"my-branch","base":"main"}'
  People and their tokens:
${people.join('\n')}
`
}
