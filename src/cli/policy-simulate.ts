import { join, resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { composeLocal } from '../compose.ts'
import { composeSimulation, type SimulationAccess } from '../compose-simulation.ts'
import { parseDuration } from '../core/policy/duration.ts'
import { parsePolicy } from '../core/policy/parse.ts'
import { policyPath, type Policy } from '../core/policy/policy.ts'
import { describeProblem } from '../core/problem.ts'
import { describeReplay, type Replay, type ReplayedPull } from '../core/simulate/describe-replay.ts'
import { findMerged } from '../core/simulate/find-merged.ts'
import { AppError } from '../errors.ts'
import { checkReadiness } from '../pipeline/check-readiness.ts'
import { simulateInClone } from '../pipeline/simulate-clone.ts'
import { simulatePull } from '../pipeline/simulate-pull.ts'
import { takeChange, type ChangeRequest } from '../pipeline/take-change.ts'
import type { Repository } from '../ports/repository.ts'
import { readPreset } from '../presets.ts'
import { readServerSettings } from '../settings.ts'
import { defaultBase } from './default-base.ts'
import { fingerprintKey } from './fingerprint-key.ts'
import type { CliIo, ExitCode } from './io.ts'
import { extendsFromFiles, readGiven } from './policy-files.ts'
import { printSimulation } from './print-simulation.ts'

interface Options {
  readonly since: string
  readonly repo: string
  readonly base?: string
  readonly policy?: string
  readonly org?: string
  readonly format: 'text' | 'json' | 'markdown'
}

/** What was replayed, under which candidate. Public, as JSON. */
export interface Simulation {
  /** `acme/shop`, or the directory of the clone. */
  readonly source: string
  /** A clone knows no reviews. */
  readonly reviewsKnown: boolean
  /** ISO 8601. */
  readonly since: string
  readonly policyHash: string
  /** Newest first. */
  readonly pulls: readonly ReplayedPull[]
}

export type ConnectSimulation = (repository: string) => Promise<SimulationAccess>

const connectWithSettings: ConnectSimulation = (repository) =>
  composeSimulation(readServerSettings(), repository)

/** `countersign policy simulate [OWNER/REPO]`: exits 1 when a merged pull request would have been judged otherwise. */
export function registerSimulate(
  policy: Command,
  io: CliIo,
  done: (code: ExitCode) => void,
  connect: ConnectSimulation = connectWithSettings,
): void {
  policy
    .command('simulate')
    .argument('[repository]', 'OWNER/REPO on GitHub; absent: a clone, which knows no reviews')
    .description('Replays merged pull requests under a policy: which would have been judged otherwise.')
    .option('--since <time>', 'how far back: a duration such as 90d, or a date', '90d')
    .option('--repo <dir>', 'the clone', '.')
    .option('--base <ref>', 'the branch of the clone (default: origin/HEAD, main or master)')
    .option('--policy <file>', `the candidate (default: ${policyPath} of the clone)`)
    .option('--org <file>', 'the policy of the organisation, for extends: [org]')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'),
    )
    .action(async (repository: string | undefined, options: Options) => {
      const simulation = await simulate(repository, options, io, connect)
      io.out(printSimulation(simulation, options.format, io))
      done(simulation.pulls.some(({ otherwise }) => otherwise) ? 1 : 0)
    })
}

async function simulate(
  repository: string | undefined,
  options: Options,
  io: CliIo,
  connect: ConnectSimulation,
): Promise<Simulation> {
  if (repository !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new AppError('usage', `"${repository}" is not a repository; write OWNER/REPO`)
  const since = sinceOf(options.since, Date.now())
  const candidate = await readCandidate(options, io)
  const replays =
    repository === undefined
      ? await replayClone(options, io, since, candidate)
      : await replayGitHub(repository, io, since, candidate, connect)
  return {
    source: repository ?? options.repo,
    reviewsKnown: repository !== undefined,
    since,
    policyHash: candidate.hash,
    pulls: replays.map((each) => describeReplay(each, { reviewsKnown: repository !== undefined })),
  }
}

function sinceOf(text: string, now: number): string {
  const duration = parseDuration(text)
  const time = duration === undefined ? Date.parse(text) : now - duration
  const isDate = duration !== undefined || /^\d{4}-\d{2}-\d{2}/.test(text)
  if (Number.isNaN(time) || !isDate)
    throw new AppError(
      'usage',
      `--since ${text} is no time; write a duration such as 90d, or a date such as 2026-03-02`,
    )
  return new Date(time).toISOString()
}

async function readCandidate({ policy, repo, org }: Options, io: CliIo): Promise<Policy> {
  const given = await readGiven(io, policy ?? join(repo, policyPath))
  const parsed = parsePolicy({ ...given, extends: extendsFromFiles(io, org) })
  if (parsed.ok) return parsed.value
  throw new AppError('bad-input', `${parsed.problems.map(describeProblem).join('\n')}\nNothing was replayed.`)
}

async function replayClone(
  { repo, base, org }: Options,
  io: CliIo,
  since: string,
  candidate: Policy,
): Promise<readonly Replay[]> {
  const parts = await composeLocal(io.settings)
  const repository = await parts.openRepository(resolve(io.cwd, repo))
  const tip = base === undefined ? await defaultBase(repository) : await repository.resolve(base)
  const merged = findMerged(await repository.history(tip, since))
  const key = await fingerprintKey(io.settings.home)
  const take = (files: Repository, request: ChangeRequest): ReturnType<typeof takeChange> =>
    takeChange({ ...parts, repository: files, fingerprintKey: key }, request)
  const replays: Replay[] = []
  for (const each of merged) {
    showProgress(io, replays.length, merged.length)
    const policyAt = async (commit: string) => {
      const text = await repository.file(commit, policyPath)
      return text === undefined
        ? undefined
        : parsePolicy({ file: policyPath, text, extends: extendsFromFiles(io, org) })
    }
    replays.push(
      await simulateInClone({ repository, takeChange: take, checkReadiness, policyAt }, each, candidate),
    )
  }
  showProgress(io, merged.length, merged.length)
  return replays
}

async function replayGitHub(
  repository: string,
  io: CliIo,
  since: string,
  candidate: Policy,
  connect: ConnectSimulation,
): Promise<readonly Replay[]> {
  const [local, access] = await Promise.all([composeLocal(io.settings), connect(repository)])
  const key = await fingerprintKey(io.settings.home)
  const parts = {
    github: access.github,
    mirrors: local.mirrors,
    takeChange: (files: Repository, request: ChangeRequest) =>
      takeChange({ ...local, repository: files, fingerprintKey: key }, request),
    checkReadiness,
    presets: readPreset,
  }
  const merged = await access.mergedPulls(since)
  const replays: Replay[] = []
  for (const [index, each] of merged.entries()) {
    showProgress(io, index, merged.length)
    const replay = await simulatePull(parts, { repository, ...each }, candidate)
    if (replay !== undefined) replays.push(replay)
  }
  showProgress(io, merged.length, merged.length)
  return replays
}

function showProgress(io: CliIo, done: number, total: number): void {
  if (!io.stderrIsTerminal) return
  io.err(done === total ? '\r\u001b[K' : `\r\u001b[K${done} of ${total} pull requests`)
}
