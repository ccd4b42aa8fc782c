import { newestKubernetes } from './kubernetes-version.ts'
import { rules } from './registry.ts'
import type { Rule } from './rule.ts'

/** docs/readiness.md: every rule, as it is. */
export function describeRules(): string {
  const rows = rules.map(
    (rule) =>
      `| [${rule.id}](${rule.page}) | ${rule.severity}${rule.on ? '' : ', off'} | ${cell(rule.title)} | ${optionsOf(rule)} |`,
  )
  return `# Readiness rules

This page is generated (\`npm run generate\`). A rule's name leads to the page that it follows. \`danger\` and \`warning\` fail; \`advice\`
is shown and fails nothing. A rule that is \`off\` runs where a checklist switches it on.

| rule | severity | what it demands | options |
|---|---|---|---|
${rows.join('\n')}

## Tuning

A checklist says \`on\`, \`off\`, a severity, or a map with \`severity\` and options:

\`\`\`yaml
# .github/countersign/checklists/NAME.yaml, from the base branch
version: 1
extends: [production]
rules:
  cpu-limit: on
  spread: danger
  owner: { severity: warning, keys: [team] }
\`\`\`

Without \`extends\`, every rule runs as the table says. API versions are known up to Kubernetes ${newestKubernetes}, which is assumed
where nobody names a version; \`countersign ready --kubernetes-version\` shows what an upgrade would break.

## Accepting a finding

An annotation on the resource or its pod template: \`countersign.dev/ignore: rule[, rule]\` with \`countersign.dev/ignore-reason\`. Those of
kube-score, kube-linter and Polaris are understood. Or a waiver: in the checklist, with an owner and an end, or by
\`/waive RULE [Kind/name] until DATE because REASON\` from whom \`may-waive\` names. It is announced three days before its end.

## Signing a manual item

\`\`\`yaml
manual: [{ id: load-test, text: Load test done, by: ['team:acme/sre'] }]
may-waive: ['team:acme/platform']
\`\`\`

Whom \`by\` names ticks the box in the comment or writes \`/attest load-test [note]\`. It counts for the change as it is rendered then; another
change asks again. Until then the pull request waits.
`
}

function optionsOf({ options }: Rule): string {
  return Object.entries(options.properties)
    .map(([name, { description }]) => `\`${name}\`: ${cell(description ?? '')}`)
    .join('; ')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
