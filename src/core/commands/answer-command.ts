import type { Decision, RuleDecision } from '../decision.ts'
import type { Lookup, Permission } from '../facts.ts'
import { codeSpan, escapeText } from '../words/markdown.ts'
import { usages, type Command } from './parse-commands.ts'

/** What executing a command comes to. */
export interface CommandAnswer {
  readonly reaction: '+1' | 'confused'
  /** One reply under the command; absent when the thumb says it all. */
  readonly reply?: string | undefined
  /** What changes in what is kept about the pull request. */
  readonly change?:
    | { readonly kind: 'ask-merge'; readonly head: string }
    | { readonly kind: 'withdraw-merge' }
    | { readonly kind: 'hold'; readonly reason: string }
    | { readonly kind: 'unhold' }
    | undefined
  readonly judgeAgain: boolean
}

export interface CommandContext {
  readonly login: string
  readonly permission: Lookup<Permission>
  readonly decision: Decision
  /** The decision in a sentence. */
  readonly title: string
  readonly state: 'open' | 'closed' | 'merged'
}

const writers: readonly Permission[] = ['write', 'maintain', 'admin']

/** What a command does for this person now. Pure: the pipeline carries it out. */
export function answerCommand(command: Command, context: CommandContext): CommandAnswer {
  const refuse = (reply: string): CommandAnswer => ({ reaction: 'confused', reply, judgeAgain: false })
  switch (command.kind) {
    case 'unknown': {
      const hint =
        command.suggestion === undefined
          ? '`/help` lists the commands.'
          : `Did you mean \`/${command.suggestion}\`?`
      return refuse(`There is no \`/${command.word}\`. ${hint}`)
    }
    case 'misused':
      return refuse(`\`/${command.word}\` stands alone on its line. ${command.usage}.`)
    case 'approve':
      return refuse(
        'Approvals are GitHub reviews, so that branch protection sees them too: Files changed → Review changes → Approve.',
      )
    case 'help':
      return { reaction: '+1', reply: help(context), judgeAgain: false }
    case 'status':
      return { reaction: '+1', reply: status(context), judgeAgain: false }
    default:
  }
  if (context.state !== 'open')
    return refuse(`This pull request is ${context.state}; \`/${command.kind}\` has nothing to act on.`)
  const denied = permissionRefusal(command.kind, context)
  if (denied !== undefined) return refuse(denied)
  switch (command.kind) {
    case 'retry':
      return { reaction: '+1', judgeAgain: true }
    case 'hold':
      return {
        reaction: '+1',
        change: { kind: 'hold', reason: command.reason.slice(0, 500) },
        judgeAgain: true,
      }
    case 'unhold':
      return { reaction: '+1', change: { kind: 'unhold' }, judgeAgain: true }
    case 'cancel':
      return { reaction: '+1', change: { kind: 'withdraw-merge' }, judgeAgain: true }
    case 'merge':
      return {
        reaction: '+1',
        change: { kind: 'ask-merge', head: context.decision.head },
        judgeAgain: true,
        ...(context.decision.verdict === 'ready' || context.decision.verdict === 'unaffected'
          ? {}
          : { reply: noted(context) }),
      }
  }
}

function permissionRefusal(word: string, { login, permission }: CommandContext): string | undefined {
  if (permission.kind === 'failed') {
    return `GitHub did not say what ${escapeText(login)} may do here, so \`/${word}\` was not done. Please comment it again in a moment.`
  }
  if (permission.kind === 'known' && writers.includes(permission.value)) return undefined
  const has =
    permission.kind === 'known' && permission.value !== 'none'
      ? `${permission.value} access`
      : 'no write access'
  return `${escapeText(login)} has ${has} to this repository; \`/${word}\` needs write. Ask somebody with write access to comment \`/${word}\`.`
}

function noted(context: CommandContext): string {
  const missing = missingRules(context.decision).map(({ where, rule }) => {
    const who =
      rule.maySign.length === 0 ? '' : ` (${listOr(rule.maySign.slice(0, 5).map(escapeText))} may sign)`
    return `${escapeText(where)}: ${escapeText(rule.name)} ${rule.have}/${rule.need}${who}`
  })
  const what = missing.length > 0 ? `Missing: ${missing.join('; ')}.` : `Now: ${escapeText(context.title)}.`
  return `Noted: this merges as soon as it is ready. ${what}`
}

function missingRules(
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

function status({ decision, title }: CommandContext): string {
  const reasons = [
    ...decision.reasons.map(
      (reason) =>
        `- ${escapeText(reason.sentence)}${reason.next === undefined ? '' : `. ${escapeText(reason.next)}`}`,
    ),
    ...decision.environments.flatMap((environment) => [
      `- **${escapeText(environment.name)}**: ${environment.verdict}`,
      ...environment.reasons.map(
        (reason) =>
          `  - ${escapeText(reason.sentence)}${reason.next === undefined ? '' : `. ${escapeText(reason.next)}`}`,
      ),
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

function help({ decision }: CommandContext): string {
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

function listOr(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
