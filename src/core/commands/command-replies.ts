import type { Decision, Reason, RuleDecision } from '../decision.ts'
import { listOr } from '../policy/suggest.ts'
import { codeSpan, escapeText } from '../words/markdown.ts'
import type { CommandContext } from './command-answer.ts'
import { usages } from './parse-commands.ts'

/** The answer to a `/merge` that has to wait: it is noted, and what is missing. */
export function notedReply(context: CommandContext): string {
  const missing = missingRules(context.decision).map(({ where, rule }) => {
    const who =
      rule.maySign.length === 0 ? '' : ` (${listOr(rule.maySign.slice(0, 5).map(escapeText))} may sign)`
    return `${escapeText(where)}: ${escapeText(rule.name)} ${rule.have}/${rule.need}${who}`
  })
  const what = missing.length > 0 ? `Missing: ${missing.join('; ')}.` : `Now: ${escapeText(context.title)}.`
  return `Noted: this merges as soon as it is ready. ${what}`
}

/** Rules that still wait for signatures, with the environment they guard. */
export function missingRules(
  decision: Decision,
): readonly { readonly where: string; readonly rule: RuleDecision }[] {
  const rules = decision.environments.flatMap((environment) =>
    environment.rules.map((rule) => ({ where: environment.name, rule })),
  )
  const all =
    decision.policyChanges === undefined
      ? rules
      : [...rules, { where: 'policy file', rule: decision.policyChanges }]
  return all.filter(({ rule }) => rule.state !== 'not-needed' && rule.have < rule.need)
}

/** `/status`: every reason and every slot. */
export function statusReply({ decision, title }: CommandContext): string {
  const reasons = [
    ...decision.reasons.map((reason) => `- ${reasonText(reason)}`),
    ...decision.environments.flatMap((environment) => [
      `- **${escapeText(environment.name)}**: ${environment.verdict}`,
      ...environment.reasons.map((reason) => `  - ${reasonText(reason)}`),
      ...emergencyLines(environment),
      ...environment.rules.filter((rule) => rule.state !== 'not-needed').flatMap(slotLines),
    ]),
  ]
  return [`**${escapeText(title)}** at ${codeSpan(decision.head.slice(0, 7))}`, '', ...reasons].join('\n')
}

function slotLines(rule: RuleDecision): readonly string[] {
  const counted = rule.counted.length === 0 ? '' : `: ${rule.counted.map(escapeText).join(', ')}`
  return [
    `  - ${escapeText(rule.name)}: ${rule.have} of ${rule.need}${counted}`,
    ...rule.ignored.map((ignored) => `    - ${escapeText(ignored.sentence)}`),
    ...(rule.have < rule.need && rule.maySign.length > 0
      ? [`    - may sign: ${rule.maySign.slice(0, 10).map(escapeText).join(', ')}`]
      : []),
  ]
}

/** `/help`: the commands, and the rules of this pull request. */
export function helpReply({ decision }: CommandContext): string {
  const rules = decision.environments
    .filter((environment) => environment.verdict !== 'unaffected')
    .flatMap((environment) =>
      environment.rules
        .filter((rule) => rule.state !== 'not-needed')
        .map(
          (rule) =>
            `- **${escapeText(environment.name)}** · ${escapeText(rule.name)}: ${rule.need} from ${rule.from.map((each) => codeSpan(each)).join(', ')}`,
        ),
    )
  const live =
    rules.length === 0
      ? ['No rule applies to this pull request.']
      : ['Rules of this pull request:', '', ...rules]
  return [
    'Approvals are GitHub reviews. Commands, at the start of a line in a new comment:',
    '',
    ...Object.values(usages).map((usage) => `- ${usage}`),
    '',
    ...live,
  ].join('\n')
}

function reasonText({ sentence, next }: Reason): string {
  return `${escapeText(sentence)}${next === undefined ? '' : `. ${escapeText(next)}`}`
}

function emergencyLines({ emergency }: Decision['environments'][number]): readonly string[] {
  if (emergency === undefined) return []
  const { by, confirmedBy, reason, passedOver } = emergency
  return [
    `  - emergency merge asked by ${escapeText(by)}, confirmed by ${escapeText(confirmedBy)}: ${escapeText(reason)}`,
    ...passedOver.map(({ sentence }) => `    - passed over: ${escapeText(sentence)}`),
  ]
}
