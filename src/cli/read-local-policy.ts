import { parsePolicy } from '../core/policy/parse.ts'
import { policyPath, type Policy } from '../core/policy/policy.ts'
import { describeProblem } from '../core/problem.ts'
import { AppError } from '../errors.ts'
import type { Repository } from '../ports/repository.ts'
import type { CliIo } from './io.ts'
import { extendsFromFiles, readGiven, type NamedText } from './policy-files.ts'

export interface PolicyOptions {
  /** A file that is judged by instead of the policy at the base; `-` is standard input. */
  readonly policy?: string
  /** The organisation's policy, for `extends: [org]`. */
  readonly org?: string
  /** Only this environment. */
  readonly environment?: string
}

/**
 * The policy that a clone is reviewed under: from the base, never from the head, unless a file is named.
 * Throws `bad-input` with every problem of the policy, and `usage` for an environment that it has not.
 */
export async function readLocalPolicy(
  options: PolicyOptions,
  io: CliIo,
  repository: Repository,
  base: string,
): Promise<Policy> {
  const given =
    options.policy === undefined ? await atBase(repository, base) : await readGiven(io, options.policy)
  const parsed = parsePolicy({ ...given, extends: extendsFromFiles(io, options.org) })
  if (!parsed.ok) {
    const count = parsed.problems.length
    const lines = parsed.problems.map(describeProblem).join('\n')
    throw new AppError(
      'bad-input',
      `${lines}\n${count} ${count === 1 ? 'problem' : 'problems'}. Nothing was judged.`,
    )
  }
  return only(parsed.value, options.environment)
}

async function atBase(repository: Repository, base: string): Promise<NamedText> {
  const text = await repository.file(base, policyPath)
  if (text !== undefined) return { file: policyPath, text }
  throw new AppError(
    'bad-input',
    `there is no ${policyPath} at ${base.slice(0, 7)}; name a policy with --policy`,
  )
}

function only(policy: Policy, name: string | undefined): Policy {
  if (name === undefined) return policy
  const environments = policy.environments.filter((environment) => environment.name === name)
  if (environments.length > 0) return { ...policy, environments }
  const names = policy.environments.map((environment) => environment.name).join(', ')
  throw new AppError('usage', `the policy has no environment ${name}; it has ${names || 'none'}`)
}
