import type { Severity } from '../change/change.ts'
import type { EnvironmentDecision } from '../decision.ts'
import type { EnvironmentFacts } from '../facts.ts'
import type { RatchetedFinding } from '../readiness/finding.ts'
import { count, details } from './details.ts'
import { codeSpan, escapeHtml, escapeText, textWithCode } from './markdown.ts'
import type { Room } from './room.ts'

export function isNew(finding: RatchetedFinding): boolean {
  return finding.state === 'new' || finding.state === 'worse'
}

/** What the checklist found, the new first. */
export function readinessSection(
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
  const rows = shown.map(
    (finding) =>
      `| ${finding.severity} | ${escapeText(finding.rule)}: ${escapeText(finding.message)} | ${whereOf(finding)} | ${textWithCode(finding.fix)} |`,
  )
  const accepted = report.findings.filter(
    (finding) => finding.suppressed !== undefined && finding.state !== 'fixed',
  )
  const acceptedRows = accepted
    .slice(0, room.findings)
    .map(
      (finding) =>
        `| accepted | ${escapeText(finding.rule)}: ${escapeText(finding.message)} | ${whereOf(finding)} | ${escapeText(finding.suppressed?.reason ?? '')} |`,
    )
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

function whereOf({ kind, namespace, name }: RatchetedFinding): string {
  return codeSpan(`${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`)
}
