import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Option } from 'commander'
import { composeLocal } from '../compose.ts'
import { worstVerdict, type Verdict } from '../core/decision.ts'
import { describeProblem } from '../core/problem.ts'
import type { ReadinessReport } from '../core/readiness/finding.ts'
import type { EnvironmentChange } from '../core/targets/target.ts'
import { AppError } from '../errors.ts'
import { checkReadiness } from '../pipeline/check-readiness.ts'
import { takeChange } from '../pipeline/take-change.ts'
import type { Repository } from '../ports/repository.ts'
import { fingerprintKey } from './fingerprint-key.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'
import { printReview } from './print-review.ts'
import { readEnvironments, type PolicyEnvironment } from './read-environments.ts'

export type Format = 'text' | 'json' | 'markdown'

interface Options {
  readonly repo: string
  readonly base?: string
  readonly head: string
  readonly policy?: string
  readonly environment?: string
  readonly format: Format
}

/** One environment as `review` shows it. */
export interface ReviewedEnvironment {
  readonly name: string
  readonly verdict: Verdict
  readonly change: EnvironmentChange
  /** Slots that would be needed; without GitHub nobody has signed. */
  readonly rules: readonly { readonly name: string; readonly need: number; readonly have: number }[]
  readonly readiness: ReadinessReport
  /** Why it cannot be judged, beyond failed targets. */
  readonly problem?: string | undefined
}

export interface Review {
  readonly verdict: Verdict
  /** The merge base and the head: full commit ids. */
  readonly base: string
  readonly head: string
  readonly environments: readonly ReviewedEnvironment[]
}

/** `countersign review`: exits 0 when ready or unaffected, else 1; 2 for bad input. */
export const registerReview: RegisterCommand = (program, io, done) => {
  program
    .command('review')
    .description(
      'What a pull request would get, from a local clone: environments, changes, signatures needed.',
    )
    .option('--repo <dir>', 'the clone', '.')
    .option('--base <ref>', 'what it is merged into (default: origin/HEAD, main or master)')
    .option('--head <ref>', 'what is reviewed', 'HEAD')
    .option('--policy <file>', 'policy file (default: .github/countersign.yml at the base)')
    .option('--environment <name>', 'only this environment')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'),
    )
    .action(async (options: Options) => {
      const review = await takeReview(options, io)
      io.out(printReview(review, options.format, io))
      done(review.verdict === 'ready' || review.verdict === 'unaffected' ? 0 : 1)
    })
}

async function takeReview(options: Options, io: CliIo): Promise<Review> {
  const parts = await composeLocal(io.settings)
  const repository = await parts.openRepository(resolve(io.cwd, options.repo))
  const head = await repository.resolve(options.head)
  const tip =
    options.base === undefined ? await defaultBase(repository) : await repository.resolve(options.base)
  const base = (await repository.mergeBase(tip, head)) ?? tip
  const environments = chosen(await readPolicy(options, io, repository, tip), options.environment)
  const changes = await takeChange(
    { ...parts, repository, fingerprintKey: await fingerprintKey(io.settings.home) },
    {
      base,
      head,
      environments: environments.map((each) => ({ ...each, whole: each.checklist !== null })),
      onProgress: showProgress(io),
    },
  )
  const reviewed: ReviewedEnvironment[] = []
  for (const [index, environment] of environments.entries()) {
    const change = changes[index]
    if (change === undefined) continue
    const readiness = await checkReadiness({
      environment: { ...environment, readiness: { checklist: environment.checklist } },
      change,
      repository,
      policyCommit: tip,
      now: new Date().toISOString(),
      promotedFrom: changes.find(({ name }) => name === environment.promotesFrom),
    })
    if (readiness !== undefined && 'problems' in readiness)
      throw new AppError(
        'bad-input',
        `${readiness.problems.map(describeProblem).join('\n')}\nNothing was judged.`,
      )
    reviewed.push(judge(environment, change, readiness?.report))
  }
  return { verdict: worstVerdict(reviewed.map(({ verdict }) => verdict)), base, head, environments: reviewed }
}

function judge(
  environment: PolicyEnvironment,
  change: EnvironmentChange,
  report: ReadinessReport | undefined,
): ReviewedEnvironment {
  const { classes, resources } = change.change
  const applying = environment.approvals.filter(
    ({ changes }) => changes === undefined || changes.some((each) => classes.some((found) => found === each)),
  )
  const rules =
    resources.length === 0 ? [] : applying.map(({ name, count }) => ({ name, need: count, have: 0 }))
  const unguarded = classes.filter(
    (each) => !applying.some(({ changes }) => changes === undefined || changes.includes(each)),
  )
  const problem =
    environment.protected && unguarded.length > 0
      ? `no rule guards ${unguarded.join(', ')}: a protected environment needs one for every class`
      : undefined
  const readiness = report ?? { findings: [], new: 0, all: 0, passed: 0 }
  const verdict: Verdict =
    change.failures.length > 0 || problem !== undefined
      ? 'error'
      : resources.length === 0
        ? 'unaffected'
        : rules.some(({ need }) => need > 0)
          ? 'waiting'
          : 'ready'
  return { name: environment.name, verdict, change, rules, readiness, problem }
}

function chosen(
  environments: readonly PolicyEnvironment[],
  name: string | undefined,
): readonly PolicyEnvironment[] {
  if (name === undefined) return environments
  const found = environments.filter((environment) => environment.name === name)
  if (found.length > 0) return found
  const names = environments.map((environment) => environment.name).join(', ')
  throw new AppError('usage', `the policy has no environment ${name}; it has ${names || 'none'}`)
}

const policyPath = '.github/countersign.yml'

/** From the base, never from the head, unless a file is named. */
async function readPolicy(
  options: Options,
  io: CliIo,
  repository: Repository,
  base: string,
): Promise<readonly PolicyEnvironment[]> {
  const text =
    options.policy === undefined
      ? await repository.file(base, policyPath)
      : options.policy === '-'
        ? await io.readStdin()
        : await readFile(resolve(io.cwd, options.policy), 'utf8').catch((thrown: unknown) => {
            throw new AppError('bad-input', `${options.policy} cannot be read`, { cause: thrown })
          })
  if (text === undefined)
    throw new AppError(
      'bad-input',
      `there is no ${policyPath} at ${base.slice(0, 7)}; name a policy with --policy`,
    )
  const parsed = readEnvironments(text, options.policy ?? policyPath)
  if (parsed.ok) return parsed.value
  const count = parsed.problems.length
  const lines = parsed.problems.map(describeProblem).join('\n')
  throw new AppError(
    'bad-input',
    `${lines}\n${count} ${count === 1 ? 'problem' : 'problems'}. Nothing was judged.`,
  )
}

async function defaultBase(repository: Repository): Promise<string> {
  for (const name of ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']) {
    const found = await repository.resolve(name).catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === 'unknown-commit') return undefined
      throw thrown
    })
    if (found !== undefined) return found
  }
  throw new AppError('usage', 'no main branch was found; name the base with --base')
}

function showProgress(io: CliIo): (done: number, total: number) => void {
  if (!io.stderrIsTerminal) return () => undefined
  return (done, total) => io.err(done === total ? '\r\u001b[K' : `\r\u001b[K${done} of ${total} targets`)
}
