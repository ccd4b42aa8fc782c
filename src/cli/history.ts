import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { composeLocal } from '../compose.ts'
import { composeStore } from '../compose-store.ts'
import type { Change } from '../core/change/change.ts'
import { describeHistory } from '../core/rollout/history.ts'
import { historyLines, historyMarkdown } from '../core/words/history-words.ts'
import { AppError } from '../errors.ts'
import { takeChange } from '../pipeline/take-change.ts'
import type { DeploymentRecord, Store } from '../ports/store.ts'
import { readServerSettings } from '../settings.ts'
import { printChange, withNoise } from './diff.ts'
import { fingerprintKey } from './fingerprint-key.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'
import { printable } from './paint.ts'
import { readLocalPolicy, type PolicyOptions } from './read-local-policy.ts'

interface Options extends PolicyOptions {
  readonly format: 'text' | 'json' | 'markdown'
  readonly limit: number
  readonly compare?: string
  readonly repo: string
  readonly withNoise?: boolean
}

/** What is live is looked for among so many deployments. */
const mostDeployments = 1000

/** `countersign history OWNER/REPO`: what runs where, from the server's database. `--compare` exits as `diff` does. */
export function registerHistoryWith(open: () => Promise<Store>): RegisterCommand {
  return (program, io, done) => {
    program
      .command('history')
      .argument('<repository>', 'OWNER/REPO')
      .description(
        'What is live in each environment, since when, by which pull request and whose signatures.',
      )
      .option('--environment <name>', 'only this environment')
      .option('--limit <number>', 'how many of the last deployments', wholeNumber, 10)
      .option('--compare <A..B>', 'what is different between two deployments: #7..#9, or commits')
      .option('--repo <dir>', 'a clone, for --compare', '.')
      .option('--policy <file>', 'policy file, for --compare (default: .github/countersign.yml at B)')
      .option('--org <file>', 'the policy of the organisation, for extends: [org]')
      .addOption(
        new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'),
      )
      .addOption(withNoise())
      .action(async (repository: string, options: Options) => {
        const recorded = await readDeployments(open, repository, options.environment)
        if (options.compare === undefined) {
          print(repository, recorded, options, io)
          done(0)
          return
        }
        const change = await compare(recorded, options.compare, options, io)
        io.out(printChange(change, options.format, options.withNoise === true, io))
        done(change.resources.length === 0 ? 0 : 1)
      })
  }
}

export const registerHistory = registerHistoryWith(() => composeStore(readServerSettings()))

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > mostDeployments)
    throw new InvalidArgumentError(`Write a whole number from 1 to ${mostDeployments}.`)
  return value
}

async function readDeployments(
  open: () => Promise<Store>,
  repository: string,
  environment: string | undefined,
): Promise<readonly DeploymentRecord[]> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new AppError('usage', `"${repository}" is not a repository; write OWNER/REPO`)
  const store = await open()
  try {
    return await store.deployments(repository, {
      limit: mostDeployments,
      ...(environment === undefined ? {} : { environment }),
    })
  } finally {
    await store.close()
  }
}

function print(
  repository: string,
  recorded: readonly DeploymentRecord[],
  { format, limit }: Options,
  io: CliIo,
): void {
  const history = describeHistory(repository, recorded, limit)
  if (format === 'json') io.out(`${JSON.stringify(history, null, 2)}\n`)
  else if (format === 'markdown') io.out(`${historyMarkdown(history)}\n`)
  else io.out(`${historyLines(history).map(printable).join('\n')}\n`)
}

/** What an environment consists of at two deployments, rendered from a clone. */
async function compare(
  recorded: readonly DeploymentRecord[],
  range: string,
  options: Options,
  io: CliIo,
): Promise<Change> {
  const [before, after] = choose(recorded, range)
  const parts = await composeLocal(io.settings)
  const repository = await parts.openRepository(resolve(io.cwd, options.repo))
  const [base, head] = [await repository.resolve(before.sha), await repository.resolve(after.sha)]
  const policy = await readLocalPolicy({ ...options, environment: after.environment }, io, repository, head)
  const [change] = await takeChange(
    { ...parts, repository, fingerprintKey: await fingerprintKey(io.settings.home) },
    {
      base,
      head,
      environments: policy.environments.map(({ name, targets, discover }) => ({ name, targets, discover })),
    },
  )
  if (change === undefined) throw new AppError('bug', `${after.environment} was not compared`)
  const [failure] = change.failures
  if (failure !== undefined)
    throw new AppError('render-failed', `${failure.target} cannot be rendered: ${failure.message}`)
  return change.change
}

/** Two deployments of one environment: by pull request (`#7`, `7`) or by the start of the merge commit. */
function choose(
  recorded: readonly DeploymentRecord[],
  range: string,
): readonly [DeploymentRecord, DeploymentRecord] {
  const [a = '', b = '', ...more] = range.split('..')
  if (a === '' || b === '' || more.length > 0)
    throw new AppError('usage', `"${range}" names no two deployments; write #7..#9, or two commits`)
  const find = (text: string): readonly DeploymentRecord[] => {
    const number = /^#?(\d{1,6})$/.exec(text)?.[1]
    const found = recorded.filter(
      ({ pull, sha }) =>
        (number !== undefined && pull === Number(number)) ||
        (/^[0-9a-f]{7,40}$/.test(text) && sha.startsWith(text)),
    )
    if (found.length > 0) return found
    throw new AppError('bad-input', `no deployment of ${text} is in the record`)
  }
  const [from, to] = [find(a), find(b)]
  const pairs = to.flatMap((after) =>
    from
      .filter(({ environment }) => environment === after.environment)
      .map((before) => [before, after] as const),
  )
  const [pair] = pairs
  if (pair === undefined)
    throw new AppError(
      'bad-input',
      `${a} and ${b} have no environment in common; there is nothing to compare`,
    )
  const names = [...new Set(pairs.map(([, { environment }]) => environment))]
  if (names.length > 1)
    throw new AppError(
      'usage',
      `${a} and ${b} both reached ${names.join(', ')}; choose one with --environment`,
    )
  return pair
}
