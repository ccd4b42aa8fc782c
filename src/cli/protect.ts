import { Option } from 'commander'
import { composeProtection, type ProtectionAccess } from '../compose-protection.ts'
import { parsePolicy } from '../core/policy/parse.ts'
import { policyPath, type Policy } from '../core/policy/policy.ts'
import { protectionProblems, wantedRuleset } from '../core/protection.ts'
import { AppError } from '../errors.ts'
import { readPreset } from '../presets.ts'
import { readServerSettings } from '../settings.ts'
import type { CliIo } from './io.ts'
import type { RegisterCommand } from './main.ts'

interface Options {
  readonly apply?: boolean
  readonly strict?: boolean
  readonly branch?: string
  readonly appId?: string
  readonly format: 'text' | 'json'
}

/** `countersign protect OWNER/REPO`: exits 1 while something keeps the check from being binding. */
export function registerProtectWith(
  connect: (repository: string) => Promise<ProtectionAccess>,
): RegisterCommand {
  return (program, io, done) => {
    program
      .command('protect')
      .argument('<repository>', 'OWNER/REPO')
      .description(
        'Shows what GitHub enforces on a branch, and creates the ruleset that makes the check binding.',
      )
      .option('--apply', 'create the ruleset, or bring it up to date')
      .option('--strict', 'also refuse, on GitHub, pull requests that are behind the branch')
      .option('--branch <name>', 'another branch than the default one')
      .option('--app-id <number>', 'the App that reports the check; APP_ID when absent')
      .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
      .action(async (repository: string, options: Options) => {
        if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
          throw new AppError('usage', `"${repository}" is not a repository; write OWNER/REPO`)
        done((await protect(repository, options, await connect(repository), io)) ? 0 : 1)
      })
  }
}

export const registerProtect = registerProtectWith((repository) =>
  composeProtection(readServerSettings(), repository),
)

async function protect(
  repository: string,
  options: Options,
  access: ProtectionAccess,
  io: CliIo,
): Promise<boolean> {
  const appId = options.appId === undefined ? access.appId : Number(options.appId)
  if (appId === undefined || !Number.isInteger(appId) || appId <= 0)
    throw new AppError('usage', 'which App reports the check is not known; set APP_ID or give --app-id')
  const defaultBranch = await access.defaultBranch(repository)
  const branch = options.branch ?? defaultBranch
  const policy = readPolicyOf(await access.policyText(repository, branch))
  const wanted = wantedRuleset(policy, { branch, defaultBranch }, appId, options)
  if (options.apply === true) await access.ensureRuleset(repository, wanted)
  const problems = protectionProblems(await access.readProtection(repository, branch), branch, appId, options)
  if (options.format === 'json')
    io.out(`${JSON.stringify({ version: 1, repository, branch, problems, ruleset: wanted }, null, 2)}\n`)
  else io.out(show(repository, branch, problems, options.apply === true, wanted))
  return problems.length === 0
}

/** A policy that cannot be read implies nothing; the base branch's check says what is wrong with it. */
function readPolicyOf(text: string | undefined): Policy | undefined {
  if (text === undefined) return undefined
  const parsed = parsePolicy({ file: policyPath, text, extends: readPreset })
  return parsed.ok ? parsed.value : undefined
}

function show(
  repository: string,
  branch: string,
  problems: readonly string[],
  applied: boolean,
  wanted: object,
): string {
  if (problems.length === 0) return `${repository}: the check is binding on ${branch}.\n`
  const lines = problems.map((problem) => `  ${problem}\n`).join('')
  if (applied)
    return `${repository}: the ruleset was written, and still\n${lines}Other rules of the repository or the organisation allow it; change them.\n`
  return `${repository}:\n${lines}\nThis ruleset makes the check binding; --apply creates it:\n${JSON.stringify(wanted, null, 2)}\n`
}
