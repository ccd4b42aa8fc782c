import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Option } from 'commander'
import { composeLocal } from '../compose.ts'
import type { PromotionPlan } from '../core/promotion/plan-promotion.ts'
import { AppError } from '../errors.ts'
import { planBetween } from '../pipeline/plan-between.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'
import { readLocalPolicy, type PolicyOptions } from './read-local-policy.ts'

interface Options extends Omit<PolicyOptions, 'environment'> {
  readonly repo: string
  readonly from: string
  readonly write?: boolean
  readonly format: 'text' | 'json'
}

/** `countersign promote`: exits 0 when there is something to promote and nothing in the way, 1 when there is nothing, 2 where it cannot be done. */
export const registerPromote: RegisterCommand = (program, io, done) => {
  program
    .command('promote')
    .argument('<environment>', 'the environment that is promoted to')
    .description(
      'What a promotion writes, from a local clone; with --write it writes it into the working tree.',
    )
    .option('--repo <dir>', 'the clone', '.')
    .option('--from <ref>', 'the commit that the environment before runs', 'HEAD')
    .option('--policy <file>', 'policy file (default: .github/countersign.yml at HEAD)')
    .option('--org <file>', 'the policy of the organisation, for extends: [org]')
    .option('--write', 'write the files')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (environment: string, options: Options) => {
      const plan = await takePlan(environment, options, io)
      if (plan.problems.length > 0)
        throw new AppError(
          'bad-input',
          plan.problems.map(({ file, message }) => `${file}: ${message}`).join('\n'),
        )
      if (options.write === true) writeEdits(plan, resolve(io.cwd, options.repo))
      io.out(
        options.format === 'json' ? json(environment, plan) : text(environment, plan, options.write === true),
      )
      done(plan.edits.length > 0 ? 0 : 1)
    })
}

async function takePlan(name: string, options: Options, io: CliIo): Promise<PromotionPlan> {
  const parts = await composeLocal(io.settings)
  const repository = await parts.openRepository(resolve(io.cwd, options.repo))
  const head = await repository.resolve('HEAD')
  const policy = await readLocalPolicy(options, io, repository, head)
  const environment = policy.environments.find((each) => each.name === name)
  if (environment === undefined)
    throw new AppError(
      'usage',
      `there is no environment ${name}; the policy names ${policy.environments.map((each) => each.name).join(', ')}`,
    )
  const { promotion } = environment
  if (promotion === null || promotion.move.length === 0)
    throw new AppError(
      'usage',
      `the policy names nothing that a promotion to ${name} moves; write promotion.move`,
    )
  return planBetween(repository, promotion.move, { from: await repository.resolve(options.from), to: head })
}

function writeEdits({ edits }: PromotionPlan, directory: string): void {
  for (const { path, content } of edits) {
    if (content === null) rmSync(join(directory, path))
    else writeFileSync(join(directory, path), content)
  }
}

function text(environment: string, { moved }: PromotionPlan, written: boolean): string {
  if (moved.length === 0) return `${environment} has everything already.\n`
  const lines = moved.map(({ what, before, after, file }) => `${file}  ${what}: ${before} → ${after}\n`)
  return `${lines.join('')}${written ? 'Written; commit it.' : 'Nothing was written; --write does.'}\n`
}

function json(environment: string, { moved, edits }: PromotionPlan): string {
  return `${JSON.stringify({ version: 1, environment, moved, edits }, null, 2)}\n`
}
