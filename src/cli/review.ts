import { resolve } from 'node:path'
import { Option } from 'commander'
import { composeLocal } from '../compose.ts'
import { decide } from '../core/decide.ts'
import type { Decision, EnvironmentDecision } from '../core/decision.ts'
import type { EnvironmentFacts } from '../core/facts.ts'
import type { Policy } from '../core/policy/policy.ts'
import { checkReadiness } from '../pipeline/check-readiness.ts'
import { takeChange, type ChangeRequest } from '../pipeline/take-change.ts'
import { takeLocalFacts } from '../pipeline/take-local-facts.ts'
import { defaultBase } from './default-base.ts'
import { withNoise } from './diff.ts'
import { fingerprintKey } from './fingerprint-key.ts'
import type { CliIo } from './io.ts'
import { readAllowedRemotes } from '../settings.ts'
import type { RegisterCommand } from './main.ts'
import { printReview } from './print-review.ts'
import { readLocalPolicy, type PolicyOptions } from './read-local-policy.ts'

export type Format = 'text' | 'json' | 'markdown'

interface Options extends PolicyOptions {
  readonly repo: string
  readonly base?: string
  readonly head: string
  readonly format: Format
  readonly withNoise?: boolean
  readonly allowRemote: readonly string[]
}

/** One environment as `review` shows it: what was found, and how it was judged. */
export interface ReviewedEnvironment {
  readonly facts: EnvironmentFacts
  readonly decision: EnvironmentDecision
}

export interface Review {
  readonly decision: Decision
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
    .option('--org <file>', 'the policy of the organisation, for extends: [org]')
    .option('--environment <name>', 'only this environment')
    .option(
      '--allow-remote <host>',
      'a host, or host/owner, that bases may be fetched from; may be given again (also: ALLOWED_REMOTES)',
      (host: string, before: readonly string[]) => [...before, host],
      [],
    )
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'),
    )
    .addOption(withNoise())
    .action(async (options: Options) => {
      const review = await takeReview(options, io)
      io.out(printReview(review, options.format, options.withNoise === true, io))
      const { verdict } = review.decision
      done(verdict === 'ready' || verdict === 'unaffected' ? 0 : 1)
    })
}

async function takeReview(options: Options, io: CliIo): Promise<Review> {
  const allowedRemotes = [
    ...(io.settings.allowedRemotes ?? []),
    ...readAllowedRemotes(options.allowRemote, '--allow-remote'),
  ]
  const parts = await composeLocal({ ...io.settings, allowedRemotes })
  const repository = await parts.openRepository(resolve(io.cwd, options.repo))
  const head = await repository.resolve(options.head)
  const tip =
    options.base === undefined ? await defaultBase(repository) : await repository.resolve(options.base)
  const base = (await repository.mergeBase(tip, head)) ?? tip
  const policy = await readLocalPolicy(options, io, repository, tip)
  const changes = await takeChange(
    { ...parts, repository, fingerprintKey: await fingerprintKey(io.settings.home) },
    { base, head, environments: environmentsOf(policy), onProgress: showProgress(io) },
  )
  const facts = await takeLocalFacts(
    { repository, checkReadiness, now: new Date() },
    policy,
    { tip, base, head },
    changes,
  )
  const decision = decide(policy, facts)
  const environments = decision.environments.flatMap((each) => {
    const found = facts.environments[each.name]
    return found === undefined ? [] : [{ facts: found, decision: each }]
  })
  return { decision, base, head, environments }
}

function showProgress(io: CliIo): (done: number, total: number) => void {
  if (!io.stderrIsTerminal) return () => undefined
  return (done, total) => io.err(done === total ? '\r\u001b[K' : `\r\u001b[K${done} of ${total} targets`)
}

/** What is rendered for each environment: all of it where a checklist looks at all of it. */
function environmentsOf(policy: Policy): ChangeRequest['environments'] {
  return policy.environments.map(({ name, targets, discover, readiness, promotion }) => ({
    name,
    targets,
    discover,
    whole: readiness.checklist !== null,
    ...(promotion === null || readiness.checklist === null ? {} : { promotesFrom: promotion.from }),
  }))
}
