import { findBarred } from '../approval/barred.ts'
import { isOfJudgedChange, whyNotConfirm } from '../approval/emergency.ts'
import { findMaySign } from '../approval/may-sign.ts'
import type { EnvironmentDecision } from '../decision.ts'
import { ownEntry } from '../own-entry.ts'
import { listOr } from '../policy/suggest.ts'
import type { EnvironmentPolicy } from '../policy/policy.ts'
import { escapeText } from '../words/markdown.ts'
import { unknownEnvironment } from './answer-freeze.ts'
import { refuse, type CommandAnswer, type CommandContext } from './command-answer.ts'
import type { Command } from './parse-commands.ts'

/** `/break-glass`: notes that an emergency merge of this head is wanted; somebody else has to confirm it. */
export function answerBreakGlass(
  { environment, reason }: Extract<Command, { kind: 'break-glass' }>,
  context: CommandContext,
): CommandAnswer {
  const unknown = unknownEnvironment(environment, context)
  if (unknown !== undefined) return refuse(unknown)
  const policy = context.policy?.environments.find((each) => each.name === environment)
  const decision = context.decision.environments.find((each) => each.name === environment)
  if (policy === undefined || decision === undefined || decision.verdict === 'unaffected')
    return refuse(
      `This pull request changes nothing in **${escapeText(environment)}**: there is no emergency to merge.`,
    )
  const change = ownEntry(context.facts.environments, environment)?.change.change.digest
  const failed = decision.reasons.find(({ code }) => code === 'render-failed' || code === 'not-compared')
  if (failed !== undefined || change === undefined)
    return refuse(
      `**${escapeText(environment)}** ${escapeText(failed?.sentence ?? 'was not compared')}. What does not render is not merged in an emergency either; mend it and push.`,
    )
  return {
    reaction: '+1',
    reply: [
      `An emergency merge into **${escapeText(environment)}** is asked for: ${escapeText(reason)}.`,
      confirmers(policy, context),
      ...stands(decision),
    ].join(' '),
    change: { kind: 'break-glass', environment, reason, head: context.decision.head, change },
    judgeAgain: 'nothing',
  }
}

function confirmers(policy: EnvironmentPolicy, { login, facts }: CommandContext): string {
  const barred = findBarred(facts.pull, 'never')
  const named = policy.approvals.flatMap((rule) => findMaySign(rule, facts.people, barred, [login]))
  const people = [...new Set(named)].sort().slice(0, 5).map(escapeText)
  const who =
    people.length === 0 ? 'Somebody else who may sign for it' : `One other person (${listOr(people)})`
  return `${who} has to comment \`/confirm\`; then it merges past missing signatures and closed windows.`
}

/** What an emergency does not pass over, objections among it. */
function stands({ reasons }: EnvironmentDecision): readonly string[] {
  const standing = reasons.filter(({ code }) => code !== 'approvals' && code !== 'window')
  if (standing.length === 0) return []
  return [`Still in the way: ${standing.map(({ sentence }) => escapeText(sentence)).join('; ')}.`]
}

/** `/confirm`: agrees to every emergency merge of this head that waits for it. */
export function answerConfirm(context: CommandContext): CommandAnswer {
  const { facts, decision, policy, login } = context
  const waiting = (facts.pull.breakGlass ?? []).filter(
    (asked) => asked.confirmed === undefined && isOfJudgedChange(asked, facts),
  )
  if (waiting.length === 0)
    return refuse(
      'There is no emergency merge of this change to confirm. `/break-glass <environment> because <reason>` asks for one.',
    )
  const confirmed: { environment: string; change: string }[] = []
  for (const asked of waiting) {
    const environment = policy?.environments.find((each) => each.name === asked.environment)
    if (environment === undefined) continue
    const context = { policy: environment, pull: facts.pull, people: facts.people }
    const why = whyNotConfirm(login, asked, context)
    if (why !== undefined)
      return refuse(
        `This does not confirm the emergency merge into **${escapeText(asked.environment)}**: ${escapeText(login)} ${escapeText(why)}.`,
      )
    confirmed.push({ environment: asked.environment, change: asked.change })
  }
  return {
    reaction: '+1',
    change: { kind: 'confirm', confirmed, head: decision.head },
    judgeAgain: 'pull',
  }
}
