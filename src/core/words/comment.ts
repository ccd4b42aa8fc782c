import type { Severity } from '../change/change.ts'
import type { Decision, EnvironmentDecision, RuleDecision } from '../decision.ts'
import type { EnvironmentFacts, Facts } from '../facts.ts'
import { environmentSection, notEvaluatedSection, resourceName } from './change-section.ts'
import { checklistSection } from './checklist-section.ts'
import { count, details } from './details.ts'
import { codeSpan, escapeText, textWithCode } from './markdown.ts'
import { isNew, readinessSection } from './readiness-section.ts'
import type { Room } from './room.ts'

/** Marks the sticky comment; only a comment of ours that starts with it is ours. */
export const commentMarker = '<!-- countersign:sticky -->'

/** GitHub refuses longer comments. https://docs.github.com/en/rest/issues/comments */
const commentLimit = 65_536

const rooms: readonly Room[] = [
  { linesPerResource: 400, bodies: 1000, names: 5000, findings: 200 },
  { linesPerResource: 80, bodies: 200, names: 2000, findings: 100 },
  { linesPerResource: 30, bodies: 60, names: 500, findings: 50 },
  { linesPerResource: 12, bodies: 25, names: 200, findings: 25 },
  { linesPerResource: 6, bodies: 8, names: 60, findings: 10 },
  { linesPerResource: 0, bodies: 0, names: 20, findings: 5 },
  { linesPerResource: 0, bodies: 0, names: 0, findings: 0 },
]

export interface CommentInput {
  readonly decision: Decision
  readonly facts: Facts
  /** The verdict in a sentence, plain text. */
  readonly title: string
  /** Why resources of the page are missing is explained with a link to the whole; absent when there is no such page. */
  readonly fullUrl?: string | undefined
}

/** The sticky comment, never longer than GitHub takes: it shrinks step by step and says what was left out. */
export function pullComment(input: CommentInput): string {
  for (const room of rooms) {
    const text = write(input, room)
    if (text.length <= commentLimit) return text
  }
  return `${write(input, rooms.at(-1) as Room).slice(0, commentLimit - 200)}\n\nThis comment was cut: the rest did not fit.`
}

function write(input: CommentInput, room: Room): string {
  const { decision, facts } = input
  const affected = decision.environments.filter((environment) => environment.verdict !== 'unaffected')
  const parts = [
    commentMarker,
    `### ${escapeText(input.title)}`,
    nextSteps(decision),
    ...(affected.length === 0 ? [] : [table(affected, facts)]),
    risks(affected, facts),
    // Above everything that the pull request itself can write: its boxes are read again when somebody ticks them.
    ...affected.map((environment) =>
      checklistSection(environment, facts.environments[environment.name], facts.people, facts.takenAt),
    ),
    ...affected.map((environment) =>
      environmentSection(environment, facts.environments[environment.name], room, input.fullUrl),
    ),
    ...affected.map((environment) =>
      notEvaluatedSection(environment, facts.environments[environment.name], room),
    ),
    ...affected.map((environment) =>
      readinessSection(environment, facts.environments[environment.name], room),
    ),
    signaturesSection(affected, decision.policyChanges),
    footer(decision, facts, affected),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** What happens next: each reason with its step, the pull request's own first. */
function nextSteps(decision: Decision): string {
  const own = decision.reasons.map((reason) => ({ where: '', reason }))
  const others = decision.environments.flatMap((environment) =>
    environment.reasons.map((reason) => ({ where: environment.name, reason })),
  )
  const lines = [...own, ...others].map(({ where, reason }) => {
    const prefix = where === '' ? '' : `**${escapeText(where)}**: `
    const next = reason.next === undefined ? '' : ` ${textWithCode(reason.next)}`
    return `${prefix}${escapeText(capitalised(reason.sentence, where))}.${next}`
  })
  lines.unshift(...emergencies(decision))
  if (lines.length > 0)
    return lines
      .slice(0, 12)
      .map((line) => `- ${line}`)
      .join('\n')
  if (decision.merge !== null) return 'Every gate is satisfied.'
  if (decision.verdict === 'ready') return `Every gate is satisfied. Merge with \`/merge\`.`
  return decision.environments.length === 0 ? '' : 'No target of any environment renders differently.'
}

function emergencies({ environments }: Decision): readonly string[] {
  return environments.flatMap(({ name, emergency }) => {
    if (emergency === undefined) return []
    const { by, confirmedBy, reason, passedOver } = emergency
    const over = passedOver.map(({ sentence }) => escapeText(sentence)).join('; ')
    return [
      `**${escapeText(name)}**: emergency merge, asked by ${escapeText(by)} (${escapeText(reason)}), confirmed by ${escapeText(confirmedBy)}. Passed over: ${over}.`,
    ]
  })
}

function capitalised(sentence: string, where: string): string {
  const trimmed = sentence.replace(/\.$/, '')
  return where === '' ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed
}

function table(affected: readonly EnvironmentDecision[], facts: Facts): string {
  const rows = affected.map((environment) => {
    const known = facts.environments[environment.name]
    const name = escapeText(environment.name)
    const cells = [
      environment.protected ? `**${name}**` : name,
      changeCell(known),
      signaturesCell(environment.rules),
      readinessCell(known),
      windowCell(environment),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| environment | change | signatures | readiness | window |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

function changeCell(known: EnvironmentFacts | undefined): string {
  if (known === undefined || known.change.failures.length > 0) return '**could not be rendered**'
  const { resources, classes } = known.change.change
  return `${count(resources.length, 'resource')} · ${classes.map(escapeText).join(', ')}`
}

function signaturesCell(rules: readonly RuleDecision[]): string {
  const needed = rules.filter((rule) => rule.state !== 'not-needed' && rule.need > 0)
  if (needed.length === 0) return 'none needed'
  return needed
    .map((rule) => {
      const tally = `${rule.have}/${rule.need}`
      const who = rule.counted.length === 0 ? '' : ` (${rule.counted.map(escapeText).join(', ')})`
      return `${escapeText(rule.name)} ${rule.have < rule.need ? `**${tally}**` : tally}${who}`
    })
    .join(' · ')
}

function readinessCell(known: EnvironmentFacts | undefined): string {
  if (known?.readinessProblems !== undefined) return '**checklist is bad**'
  const report = known?.readiness
  if (report === undefined) return 'not checked'
  if (report.new === 0) return 'no new findings'
  const fresh = report.findings.filter((finding) => isNew(finding) && finding.suppressed === undefined)
  const worst = (['danger', 'warning', 'advice'] as const).find((severity) =>
    fresh.some((finding) => finding.severity === severity),
  )
  return `**${report.new} new, worst: ${worst ?? 'advice'}**`
}

function windowCell(environment: EnvironmentDecision): string {
  if (environment.reasons.some((reason) => reason.code === 'frozen')) return 'frozen'
  return environment.reasons.some((reason) => reason.code === 'window') ? 'closed' : 'open'
}

function risks(affected: readonly EnvironmentDecision[], facts: Facts): string {
  const lines = affected.flatMap((environment) => {
    const resources = facts.environments[environment.name]?.change.change.resources ?? []
    return resources.flatMap((resource) =>
      resource.risks
        .filter((risk) => risk.severity !== 'advice')
        .map((risk) => ({
          severity: risk.severity,
          text: `**${risk.severity === 'danger' ? 'Danger' : 'Risk'}** · ${escapeText(environment.name)} · ${resourceName(resource)}: ${escapeText(risk.message)}`,
        })),
    )
  })
  const order: readonly Severity[] = ['danger', 'warning', 'advice']
  const sorted = lines
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
    .map((line) => line.text)
    // The same resource may stand in several targets.
    .filter((line, index, all) => all.indexOf(line) === index)
  const shown = sorted.slice(0, 20)
  const more = sorted.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${count(more, 'further risk')}`] : [])].join('  \n')
}

/** Who signed, who did not count and why. */
function signaturesSection(
  affected: readonly EnvironmentDecision[],
  policyChanges: RuleDecision | undefined,
): string {
  const named = affected.flatMap((environment) =>
    environment.rules.map((rule) => ({ where: environment.name, rule })),
  )
  const all = policyChanges === undefined ? named : [...named, { where: 'policy file', rule: policyChanges }]
  const lines = all.flatMap(({ where, rule }) => {
    if (rule.state === 'not-needed')
      return [`- ${escapeText(where)} · ${escapeText(rule.name)}: not needed, none of its classes changes`]
    const tally = `- ${escapeText(where)} · ${escapeText(rule.name)}: ${rule.have} of ${rule.need}${rule.counted.length === 0 ? '' : ` (${rule.counted.map(escapeText).join(', ')})`}`
    const may =
      rule.have < rule.need && rule.maySign.length > 0
        ? [`  - may sign: ${rule.maySign.slice(0, 10).map(escapeText).join(', ')}`]
        : []
    return [tally, ...rule.ignored.map((ignored) => `  - ${escapeText(ignored.sentence)}`), ...may]
  })
  return lines.length === 0 ? '' : details('<b>signatures</b>', lines.slice(0, 200).join('\n'), false)
}

function footer(decision: Decision, facts: Facts, affected: readonly EnvironmentDecision[]): string {
  const signed = affected.flatMap((environment) => {
    const digest = facts.environments[environment.name]?.change.change.digest
      .replace('sha256:', '')
      .slice(0, 6)
    const signers = [...new Set(environment.rules.flatMap((rule) => rule.counted))]
    return signers.length === 0
      ? []
      : [
          `${signers.map(escapeText).join(', ')} signed this change of ${escapeText(environment.name)} (\`#${digest}\`); a push that renders the same keeps it.`,
        ]
  })
  return [
    ...signed,
    `Judged at ${codeSpan(decision.head.slice(0, 7))}. \`/status\` explains, \`/help\` lists commands.`,
  ].join('  \n')
}
