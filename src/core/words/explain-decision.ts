import type { Decision, EnvironmentDecision, Reason, RuleDecision } from '../decision.ts'
import { textWithoutCode } from './markdown.ts'
import { title } from './title.ts'

/** A decision in words for a terminal, line by line: every reason with its step, every rule with who counts and who does not. */
export function explainDecision(decision: Decision): readonly string[] {
  return [
    title(decision),
    `  judged at ${decision.head.slice(0, 12)}`,
    ...decision.reasons.map((reason) => `  ${reasonText(reason)}`),
    ...decision.environments.flatMap(explainEnvironment),
    ...(decision.policyChanges === undefined ? [] : ['policy file', ...explainRule(decision.policyChanges)]),
    ...(decision.merge === null
      ? []
      : [`merge: ${decision.merge.method}, asked by ${decision.merge.askedBy ?? 'the policy'}`]),
  ].map(printable)
}

function explainEnvironment({
  name,
  verdict,
  reasons,
  rules,
  emergency,
}: EnvironmentDecision): readonly string[] {
  return [
    `${name}: ${verdict}`,
    ...reasons.map((reason) => `  ${reasonText(reason)}`),
    ...(emergency === undefined
      ? []
      : [
          `  emergency merge asked by ${emergency.by}, confirmed by ${emergency.confirmedBy}: ${emergency.reason}`,
          ...emergency.passedOver.map(({ sentence }) => `    passed over: ${sentence}`),
        ]),
    ...rules.flatMap(explainRule),
  ]
}

function explainRule({ name, state, have, need, counted, ignored }: RuleDecision): readonly string[] {
  if (state === 'not-needed') return [`  ${name}: not needed`]
  const who = counted.length === 0 ? '' : ` (${counted.join(', ')})`
  return [`  ${name}: ${have} of ${need}${who}`, ...ignored.map(({ sentence }) => `    ${sentence}`)]
}

function reasonText({ sentence, next }: Reason): string {
  return next === undefined ? sentence : `${sentence}. ${textWithoutCode(next)}`
}

/** What people wrote may hold what moves a terminal's cursor. */
function printable(line: string): string {
  return line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
}
