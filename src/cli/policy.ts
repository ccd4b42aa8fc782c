import { Option, type Command } from 'commander'
import { parsePolicy } from '../core/policy/parse.ts'
import type { Policy } from '../core/policy/policy.ts'
import { policyPath } from '../core/policy/policy.ts'
import { listAnd } from '../core/policy/suggest.ts'
import { describeProblem, type Parsed } from '../core/problem.ts'
import { explainPolicy } from '../core/words/explain-policy.ts'
import type { CliIo, ExitCode } from './io.ts'
import { extendsFromFiles, readGiven } from './policy-files.ts'
import { registerSimulate } from './policy-simulate.ts'
import { testPolicies } from './policy-test.ts'

type Format = 'text' | 'json' | 'markdown'
interface Options {
  readonly format: Format
  readonly org?: string
}

/** `countersign policy check | test | explain | simulate`. */
export function registerPolicy(program: Command, io: CliIo, done: (code: ExitCode) => void): void {
  const policy = program.command('policy').description('check, test, explain and simulate a policy')
  const add = (command: Command): Command =>
    command
      .addOption(
        new Option('--format <format>', 'how to print').choices(['text', 'json', 'markdown']).default('text'),
      )
      .option('--org <file>', 'the policy of the organisation, for extends: [org]')
  add(policy.command('check').argument('[file]', 'the policy', policyPath))
    .description('validate a policy: every problem at once')
    .action(async (file: string, options: Options) => done(await checkPolicy(io, file, options)))
  add(policy.command('test').argument('<file...>', 'files of cases'))
    .description('run cases: tests for a policy')
    .action(async (files: string[], options: Options) => done(await testPolicies(io, files, options)))
  add(policy.command('explain').argument('[file]', 'the policy', policyPath))
    .description('say a policy in plain words')
    .action(async (file: string, options: Options) => done(await explain(io, file, options)))
  registerSimulate(policy, io, done)
}

async function readPolicy(io: CliIo, file: string, { org }: Options): Promise<Parsed<Policy>> {
  const given = await readGiven(io, file)
  return parsePolicy({ ...given, extends: extendsFromFiles(io, org) })
}

async function checkPolicy(io: CliIo, file: string, options: Options): Promise<ExitCode> {
  const parsed = await readPolicy(io, file, options)
  if (!parsed.ok) return refuse(io, parsed, options.format)
  const { environments, hash } = parsed.value
  const rules = environments.reduce((sum, { approvals }) => sum + approvals.length, 0)
  if (options.format === 'json')
    io.out(
      `${JSON.stringify({ version: 1, valid: true, hash, environments: environments.map(({ name }) => name), rules }, null, 2)}\n`,
    )
  else
    io.out(
      `${file === '-' ? 'standard input' : file}: valid; ${counted(environments.length, 'environment')} (${listAnd(environments.map(({ name }) => name))}), ${counted(rules, 'approval rule')}.\n`,
    )
  return 0
}

async function explain(io: CliIo, file: string, options: Options): Promise<ExitCode> {
  const parsed = await readPolicy(io, file, options)
  if (!parsed.ok) return refuse(io, parsed, options.format)
  const explained = explainPolicy(parsed.value)
  if (options.format === 'json') io.out(`${JSON.stringify({ version: 1, ...explained }, null, 2)}\n`)
  else {
    io.out(`${explained.sections.map(options.format === 'markdown' ? asMarkdown : asText).join('\n\n')}\n`)
  }
  return 0
}

type Section = ReturnType<typeof explainPolicy>['sections'][number]

function asText({ heading, sentences }: Section): string {
  return [heading, ...sentences.map((each) => `  ${each}`)].join('\n')
}

function asMarkdown({ heading, sentences }: Section): string {
  return [`### ${plain(heading)}`, '', ...sentences.map((each) => `- ${plain(each)}`)].join('\n')
}

/** Text that Markdown shows as it is: `security/*` is no emphasis. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|@]/g, '\\$&')
}

function refuse(io: CliIo, parsed: Extract<Parsed<Policy>, { ok: false }>, format: Format): ExitCode {
  const { problems } = parsed
  if (format === 'json') io.out(`${JSON.stringify({ version: 1, valid: false, problems }, null, 2)}\n`)
  else
    io.err(
      `${problems.map(describeProblem).join('\n')}\n${counted(problems.length, 'problem')}. Nothing was judged.\n`,
    )
  return 2
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
