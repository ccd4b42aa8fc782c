import type { Judgement } from '../core/readiness/judge-rendering.ts'
import type { Finding } from '../core/readiness/finding.ts'
import { isFailing } from '../core/readiness/report-readiness.ts'
import { titleOf } from './show-change.ts'

/** JUnit as CI systems read it: one case per finding, and one that stands for everything that passed. */
export function printJunit({ findings, passed }: Judgement): string {
  const failures = findings.filter(isFailing).length
  const skipped = findings.length - failures
  const cases = findings.map(toCase)
  const all = `  <testcase classname="readiness" name="${passed} checks passed"/>`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="countersign" tests="${findings.length + 1}" failures="${failures}">`,
    ` <testsuite name="readiness" tests="${findings.length + 1}" failures="${failures}" errors="0" skipped="${skipped}">`,
    ...cases,
    all,
    ' </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function toCase(finding: Finding): string {
  const { rule, severity, message, fix, path, file, line, suppressed } = finding
  const where =
    file === undefined ? '' : ` file="${escapeXml(file)}"${line === undefined ? '' : ` line="${line}"`}`
  const head = `  <testcase classname="${escapeXml(titleOf(finding))}" name="${escapeXml(`${rule} ${path}`.trim())}"${where}>`
  const body = isFailing(finding)
    ? `<failure type="${severity}" message="${escapeXml(message)}">${escapeXml(fix)}</failure>`
    : `<skipped message="${escapeXml(suppressed === undefined ? `advice: ${message}` : `accepted: ${suppressed.reason}`)}"/>`
  return `${head}${body}</testcase>`
}

/** Control characters have no place in XML 1.0, escaped or not. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
}
