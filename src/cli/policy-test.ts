import { dirname, join, resolve } from 'node:path'
import { parseCases } from '../core/case/parse-cases.ts'
import { runCase, type CaseResult } from '../core/case/run-case.ts'
import { describeProblem, type Problem } from '../core/problem.ts'
import type { CliIo, ExitCode } from './io.ts'
import { extendsFromFiles, readGiven, readText } from './policy-files.ts'

export type CaseFileResult =
  | { readonly file: string; readonly problems: readonly Problem[] }
  | { readonly file: string; readonly cases: readonly CaseResult[] }

/** Runs the cases of files: 0 when all hold, 1 when one does not, 2 when a file is bad. */
export async function testPolicies(
  io: CliIo,
  files: readonly string[],
  options: { readonly format: 'text' | 'json' | 'markdown'; readonly org?: string | undefined },
): Promise<ExitCode> {
  const results: CaseFileResult[] = []
  for (const file of files) results.push(await testFile(io, file, options.org))
  const summary = summarise(results)
  if (options.format === 'json')
    io.out(`${JSON.stringify({ version: 1, summary, files: results }, null, 2)}\n`)
  else io.out(options.format === 'markdown' ? asMarkdown(results) : asText(results, io.stdoutIsTerminal))
  if (summary.badFiles > 0) return 2
  return summary.failed > 0 ? 1 : 0
}

async function testFile(io: CliIo, file: string, org: string | undefined): Promise<CaseFileResult> {
  const given = await readGiven(io, file)
  const parsed = parseCases({
    ...given,
    extends: extendsFromFiles(io, org),
    readPolicyFile: (path) => {
      const text = readText(resolve(io.cwd, dirname(file), path))
      return text === undefined ? undefined : { file: join(dirname(file), path), text }
    },
  })
  if (!parsed.ok) return { file: given.file, problems: parsed.problems }
  return { file: given.file, cases: parsed.value.map(runCase) }
}

function summarise(results: readonly CaseFileResult[]): {
  cases: number
  passed: number
  failed: number
  badFiles: number
} {
  const cases = results.flatMap((each) => ('cases' in each ? each.cases : []))
  const passed = cases.filter((each) => each.passed).length
  return {
    cases: cases.length,
    passed,
    failed: cases.length - passed,
    badFiles: results.filter((each) => 'problems' in each).length,
  }
}

function asText(results: readonly CaseFileResult[], colour: boolean): string {
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const lines = results.flatMap((result) => {
    if ('problems' in result) return [...result.problems.map(describeProblem), '']
    const cases = result.cases.flatMap((each) => {
      if (each.passed) return [`  ${paint(32, 'pass')}  ${each.name}`]
      const because = each.because.map((sentence) => `        because  ${sentence}`)
      return [`  ${paint(31, 'FAIL')}  ${each.name}`, ...differencesOf(each), ...because]
    })
    return [result.file, ...cases, '']
  })
  return `${[...lines, summaryLine(results)].join('\n')}\n`
}

function differencesOf({ differences }: CaseResult): string[] {
  return differences.map(
    ({ path, expected, actual }) => `        ${path}: expected ${expected}, got ${actual}`,
  )
}

function summaryLine(results: readonly CaseFileResult[]): string {
  const { cases, passed, failed, badFiles } = summarise(results)
  const counts = `${cases} ${cases === 1 ? 'case' : 'cases'}: ${passed} passed, ${failed} failed.`
  if (badFiles === 0) return counts
  return `${counts} ${badFiles} ${badFiles === 1 ? 'file is' : 'files are'} bad and ${badFiles === 1 ? 'was' : 'were'} not judged.`
}

function asMarkdown(results: readonly CaseFileResult[]): string {
  const blocks = results.map((result) => {
    if ('problems' in result)
      return `### ${result.file}\n\n${result.problems.map((problem) => `- ${code(describeProblem(problem))}`).join('\n')}`
    const cases = result.cases.flatMap((each) => [
      `- ${each.passed ? 'pass' : '**FAIL**'} ${code(each.name)}`,
      ...each.differences.map(
        ({ path, expected, actual }) => `  - ${code(path)}: expected ${code(expected)}, got ${code(actual)}`,
      ),
    ])
    return `### ${result.file}\n\n${cases.join('\n')}`
  })
  return `${[...blocks, summaryLine(results)].join('\n\n')}\n`
}

/** Text as inline code, whatever it contains. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padding = longest > 0 ? ' ' : ''
  return `${fence}${padding}${text.replaceAll(/\s+/g, ' ')}${padding}${fence}`
}
