import type { Finding } from '../core/readiness/finding.ts'
import { rules } from '../core/readiness/registry.ts'
import { titleOf } from './show-change.ts'

const levels = { danger: 'error', warning: 'warning', advice: 'note' } as const

/** SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function printSarif(findings: readonly Finding[]): string {
  const used = new Set(findings.map(({ rule }) => rule))
  const shipped = rules.filter(({ id }) => used.has(id))
  const custom = [...used].filter((id) => !shipped.some((rule) => rule.id === id))
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'countersign',
            informationUri: 'https://github.com/countersign/countersign',
            rules: [
              ...shipped.map(({ id, title, page, severity }) => ({
                id,
                shortDescription: { text: title },
                helpUri: page,
                defaultConfiguration: { level: levels[severity] },
              })),
              ...custom.map((id) => ({ id })),
            ],
          },
        },
        results: findings.map(toResult),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function toResult(finding: Finding): object {
  const { rule, severity, message, file, line, path, suppressed } = finding
  return {
    ruleId: rule,
    level: levels[severity],
    message: { text: `${titleOf(finding)}: ${message}` },
    locations: [
      {
        ...(file === undefined
          ? {}
          : {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) },
                ...(line === undefined ? {} : { region: { startLine: line } }),
              },
            }),
        logicalLocations: [{ fullyQualifiedName: `${titleOf(finding)}${path}`, kind: 'resource' }],
      },
    ],
    ...(suppressed === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: suppressed.by === 'annotation' ? 'inSource' : 'external',
              justification: suppressed.reason,
            },
          ],
        }),
  }
}
