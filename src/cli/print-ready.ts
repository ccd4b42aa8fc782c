import type { Severity } from '../core/change/change.ts'
import type { Finding } from '../core/readiness/finding.ts'
import type { Judgement } from '../core/readiness/judge-rendering.ts'
import { isFailing } from '../core/readiness/report-readiness.ts'
import type { CliIo } from './io.ts'
import { escapeText, fencedBlock } from '../core/words/markdown.ts'
import { painter, printable, type Paint } from './paint.ts'
import { printJunit } from './print-junit.ts'
import { printSarif } from './print-sarif.ts'
import { titleOf } from './show-change.ts'

export const readyFormats = ['text', 'json', 'markdown', 'sarif', 'junit'] as const
export type ReadyFormat = (typeof readyFormats)[number]

interface PrintOptions {
  readonly resources: number
  readonly format: ReadyFormat
  readonly io: CliIo
}

/** Findings as text, JSON (public, version 1), Markdown, SARIF 2.1 or JUnit. */
export function printReady(judgement: Judgement, { resources, format, io }: PrintOptions): string {
  const sorted = [...judgement.findings].sort((a, b) => order[a.severity] - order[b.severity])
  const summary = summarise(judgement, resources)
  switch (format) {
    case 'json':
      return `${JSON.stringify({ version: 1, summary, findings: judgement.findings, notes: judgement.notes }, null, 2)}\n`
    case 'sarif':
      return printSarif(judgement.findings)
    case 'junit':
      return printJunit(judgement)
    case 'markdown':
      return toMarkdown(sorted, judgement, summary)
    case 'text':
      return toText(sorted, judgement, summary, painter(io), io.columns)
  }
}

const order: Readonly<Record<Severity, number>> = { danger: 0, warning: 1, advice: 2 }
const colours = { danger: 'red', warning: 'yellow', advice: 'cyan' } as const

interface Summary {
  readonly resources: number
  readonly passed: number
  /** Danger and warning; neither suppressed nor waived. */
  readonly failed: number
  readonly waived: number
  readonly advice: number
}

function summarise({ findings, passed }: Judgement, resources: number): Summary {
  return {
    resources,
    passed,
    failed: findings.filter(isFailing).length,
    waived: findings.filter(({ suppressed }) => suppressed !== undefined).length,
    advice: findings.filter((each) => each.suppressed === undefined && each.severity === 'advice').length,
  }
}

function inWords({ resources, passed, failed, waived, advice }: Summary): string {
  const accepted = waived === 0 ? '' : `, ${waived} accepted`
  return `${resources} ${resources === 1 ? 'resource' : 'resources'}: ${failed} failed, ${advice} advice${accepted}, ${passed} passed`
}

function byResource(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  return Map.groupBy(findings, (finding) => titleOf(finding))
}

function toText(
  findings: readonly Finding[],
  { notes }: Judgement,
  summary: Summary,
  paint: Paint,
  columns: number,
): string {
  const lines: string[] = []
  for (const [title, group] of byResource(findings)) {
    const file = group[0]?.file
    lines.push(
      `${paint('bold', printable(title))}${file === undefined ? '' : paint('dim', `  ${printable(file)}`)}`,
    )
    for (const finding of group) lines.push(...textFinding(finding, paint, columns))
    lines.push('')
  }
  for (const note of notes) lines.push(...wrapped(printable(note), columns, ''), '')
  return `${lines.join('\n')}${lines.length === 0 ? '' : '\n'}${inWords(summary)}\n`
}

function textFinding(
  { severity, rule, message, line, suppressed }: Finding,
  paint: Paint,
  columns: number,
): string[] {
  const place = line === undefined ? '' : `:${line}`
  const said =
    suppressed === undefined
      ? printable(message)
      : `${printable(message)} (accepted: ${printable(suppressed.reason)})`
  const [first = '', ...rest] = wrapped(`${said} [${rule}${place}]`, columns - 10, '          ')
  const word = paint(suppressed === undefined ? colours[severity] : 'dim', severity.padEnd(7))
  return [`  ${word} ${first.trimStart()}`, ...rest]
}

/** Words in lines of at most so many columns. */
function wrapped(text: string, columns: number, indent: string): string[] {
  const width = Math.max(30, columns)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, indent + line]
}

function toMarkdown(findings: readonly Finding[], { notes }: Judgement, summary: Summary): string {
  const sections = [...byResource(findings)].flatMap(([title, group]) => [
    `#### ${escapeText(title)}`,
    '',
    ...group.flatMap(({ severity, rule, message, fix, suppressed }) => [
      `- **${severity}** ${escapeText(message)} (\`${rule}\`)${suppressed === undefined ? '' : ` accepted: ${escapeText(suppressed.reason)}`}`,
      '',
      ...fencedBlock('', fix.split('\n'))
        .split('\n')
        .map((line) => `  ${line}`),
      '',
    ]),
  ])
  return [
    `### ${inWords(summary)}`,
    '',
    ...sections,
    ...notes.map((note) => `${escapeText(note)}\n`),
    '',
  ].join('\n')
}
