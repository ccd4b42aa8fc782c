import type { ResourceChange, Severity } from '../change/change.ts'
import { diffLines } from '../change/diff-lines.ts'
import type { Decision, EnvironmentDecision, RuleDecision } from '../decision.ts'
import type { EnvironmentFacts, Facts } from '../facts.ts'
import type { RatchetedFinding } from '../readiness/finding.ts'
import { checklistSection } from './checklist-section.ts'
import { codeSpan, escapeHtml, escapeText, fencedBlock } from './markdown.ts'

/** Marks the sticky comment; only a comment of ours that starts with it is ours. */
export const commentMarker = '<!-- countersign:sticky -->'

/** GitHub refuses longer comments. https://docs.github.com/en/rest/issues/comments */
const commentLimit = 65_536

/** How much of each resource is shown; each step shrinks further, in the order of design: bodies of the largest resources, then the list. */
interface Room {
  /** Lines of diff per resource. */
  readonly linesPerResource: number
  /** Resources with a body, per environment. */
  readonly bodies: number
  /** Resources named at all, per environment. */
  readonly names: number
  readonly findings: number
}

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
    const next = reason.next === undefined ? '' : ` ${escapeText(reason.next)}`
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
  const shown = sorted.slice(0, 20)
  const more = sorted.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${count(more, 'further risk')}`] : [])].join('  \n')
}

function resourceName(resource: ResourceChange): string {
  const name = resource.namespace === undefined ? resource.name : `${resource.namespace}/${resource.name}`
  return codeSpan(`${resource.kind} ${name}`)
}

function environmentSection(
  environment: EnvironmentDecision,
  known: EnvironmentFacts | undefined,
  room: Room,
  fullUrl: string | undefined,
): string {
  if (known === undefined) return ''
  const name = `<b>${escapeHtml(environment.name)}</b>`
  if (known.change.failures.length > 0) {
    const failures = known.change.failures.map((failure) => {
      const place =
        failure.file === undefined
          ? failure.target
          : `${failure.file}${failure.line === undefined ? '' : `:${failure.line}`}`
      return `${codeSpan(place)}\n${fencedBlock('', failure.message.split('\n').slice(0, 30))}`
    })
    return details(`${name} · could not be rendered`, failures.join('\n\n'), true)
  }
  const { resources } = known.change.change
  const why =
    known.change.targets.find((target) => target.affected && target.change.resources.length > 0)?.why ?? []
  const because =
    why.length === 0 ? '' : `, because ${why.map((step) => `<code>${escapeHtml(step)}</code>`).join(' → ')}`
  const bodies = new Set(smallestFirst(resources).slice(0, room.bodies))
  const named = resources.slice(0, room.names)
  const texts = named.map((resource) =>
    resourceSection(resource, bodies.has(resource) ? room.linesPerResource : 0),
  )
  const omitted = resources.length - named.length
  const where = fullUrl === undefined ? '' : `: [see all](${fullUrl})`
  const rest =
    omitted === 0
      ? []
      : [`${count(omitted, 'further resource')} left out, the comment has no more room${where}`]
  return details(
    `${name} · ${count(resources.length, 'resource')}${because}`,
    [...texts, ...rest].join('\n\n'),
    false,
  )
}

/** Small changes keep their bodies longest: many small ones say more than one large one. */
function smallestFirst(resources: readonly ResourceChange[]): readonly ResourceChange[] {
  return resources.toSorted((a, b) => a.changes.length - b.changes.length)
}

function resourceSection(resource: ResourceChange, room: number): string {
  const action = resource.action === 'changed' ? '' : ` · ${resource.action}`
  const heading = `**${resourceName(resource)}**${action} · ${resource.classes.map(escapeText).join(', ')}`
  if (room === 0) return heading
  const lines = diffLines(resource.changes).map(({ sign, text }) => `${sign} ${text}`)
  const shown = lines.slice(0, room).map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line))
  const more = lines.length - shown.length
  return `${heading}\n${fencedBlock('diff', more === 0 ? shown : [...shown, `  … ${count(more, 'further line')}`])}`
}

function isNew(finding: RatchetedFinding): boolean {
  return finding.state === 'new' || finding.state === 'worse'
}

function readinessSection(
  environment: EnvironmentDecision,
  known: EnvironmentFacts | undefined,
  room: Room,
): string {
  const report = known?.readiness
  if (report === undefined || report.findings.length === 0) return ''
  const fresh = report.findings.filter((finding) => isNew(finding) && finding.suppressed === undefined)
  const order: readonly Severity[] = ['danger', 'warning', 'advice']
  const sorted = fresh.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  const shown = sorted.slice(0, room.findings)
  const old = report.findings.filter(
    (finding) => finding.state === 'old' && finding.suppressed === undefined,
  ).length
  const fixed = report.findings.filter((finding) => finding.state === 'fixed').length
  const rows = shown.map((finding) => {
    const name = finding.namespace === undefined ? finding.name : `${finding.namespace}/${finding.name}`
    return `| ${finding.severity} | ${escapeText(finding.rule)}: ${escapeText(finding.message)} | ${codeSpan(`${finding.kind} ${name}`)} | ${escapeText(finding.fix)} |`
  })
  const accepted = report.findings.filter(
    (finding) => finding.suppressed !== undefined && finding.state !== 'fixed',
  )
  const acceptedRows = accepted.slice(0, room.findings).map((finding) => {
    const name = finding.namespace === undefined ? finding.name : `${finding.namespace}/${finding.name}`
    return `| accepted | ${escapeText(finding.rule)}: ${escapeText(finding.message)} | ${codeSpan(`${finding.kind} ${name}`)} | ${escapeText(finding.suppressed?.reason ?? '')} |`
  })
  const more = sorted.length - shown.length + accepted.length - acceptedRows.length
  const head = ['| | finding | where | fix |', '|---|---|---|---|']
  const body =
    rows.length + acceptedRows.length === 0
      ? 'Nothing that this pull request adds.'
      : [...head, ...rows, ...acceptedRows].join('\n')
  const rest = more === 0 ? '' : `\n\n${count(more, 'further finding')} left out`
  const summary = `<b>readiness of ${escapeHtml(environment.name)}</b> · ${fresh.length} new, ${old} as before, ${fixed} fixed${accepted.length === 0 ? '' : `, ${accepted.length} accepted`}`
  return details(summary, body + rest, false)
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

function details(summary: string, body: string, open: boolean): string {
  return `<details${open ? ' open' : ''}><summary>${summary}</summary>\n\n${body}\n\n</details>`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
