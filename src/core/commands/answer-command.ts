import type { Permission } from '../facts.ts'
import { isAtLeast } from '../approval/person.ts'
import { isBeforeHead } from '../approval/retargeted.ts'
import { escapeText } from '../words/markdown.ts'
import { answerAttest } from './answer-attest.ts'
import { answerBreakGlass, answerConfirm } from './answer-emergency.ts'
import { answerFreeze, answerUnfreeze } from './answer-freeze.ts'
import { answerMerged } from './answer-merged.ts'
import { answerRequest } from './answer-request.ts'
import { answerUnwaive, answerWaive } from './answer-waive.ts'
import { refuse, type CommandAnswer, type CommandContext } from './command-answer.ts'
import { helpReply, notedReply, statusReply } from './command-replies.ts'
import type { Command } from './parse-commands.ts'

/** What a command does for this person now. Pure: the pipeline carries it out. */
export function answerCommand(command: Command, context: CommandContext): CommandAnswer {
  switch (command.kind) {
    case 'unknown': {
      const hint =
        command.suggestion === undefined
          ? '`/help` lists the commands.'
          : `Did you mean \`/${command.suggestion}\`?`
      return refuse(`There is no \`/${command.word}\`. ${hint}`)
    }
    case 'misused':
      return refuse(`${command.problem} ${command.usage}.`)
    case 'approve':
      return refuse(
        'Approvals are GitHub reviews, so that branch protection sees them too: Files changed → Review changes → Approve.',
      )
    case 'help':
      return { reaction: '+1', reply: helpReply(context), judgeAgain: 'nothing' }
    case 'status':
      return { reaction: '+1', reply: statusReply(context), judgeAgain: 'nothing' }
    default:
  }
  if (
    command.kind === 'promote' ||
    command.kind === 'rollback' ||
    command.kind === 'release' ||
    command.kind === 'canary'
  ) {
    const word = command.kind === 'canary' ? `${command.gate} canary` : command.kind
    const denied = permissionRefusal(word, 'write', context)
    return denied === undefined ? answerMerged(command, context) : refuse(denied)
  }
  const needsOpen = command.kind !== 'freeze' && command.kind !== 'unfreeze'
  if (needsOpen && context.state !== 'open')
    return refuse(`This pull request is ${context.state}; \`/${command.kind}\` has nothing to act on.`)
  // Who may sign or waive is said by the checklist.
  switch (command.kind) {
    case 'attest':
      return answerAttest({ ...command, signed: true }, context)
    case 'unattest':
      return answerAttest({ item: command.item, note: '', signed: false }, context)
    case 'waive':
      return answerWaive(command, context)
    case 'unwaive':
      return answerUnwaive(command, context)
    default:
  }
  const denied = permissionRefusal(command.kind, needsOpen ? 'write' : 'maintain', context)
  if (denied !== undefined) return refuse(denied)
  const isOfTheHead = command.kind === 'merge' || command.kind === 'break-glass' || command.kind === 'confirm'
  if (isOfTheHead && isBeforeHead(new Date(context.now).toISOString(), context.facts.pull))
    return refuse(
      `The head changed after this was written. Look at what it is now; if \`/${command.kind}\` still holds, comment it again.`,
    )
  switch (command.kind) {
    case 'retry':
      return { reaction: '+1', judgeAgain: 'pull' }
    case 'hold':
      return {
        reaction: '+1',
        change: { kind: 'hold', reason: command.reason.slice(0, 500) },
        judgeAgain: 'pull',
      }
    case 'unhold':
      return { reaction: '+1', change: { kind: 'unhold' }, judgeAgain: 'pull' }
    case 'cancel':
      return { reaction: '+1', change: { kind: 'cancel' }, judgeAgain: 'pull' }
    case 'merge':
      return {
        reaction: '+1',
        change: { kind: 'ask-merge', head: context.decision.head },
        judgeAgain: 'pull',
        ...(context.decision.verdict === 'ready' || context.decision.verdict === 'unaffected'
          ? {}
          : { reply: notedReply(context) }),
      }
    case 'request':
      return answerRequest(command, context)
    case 'freeze':
      return answerFreeze(command, context)
    case 'unfreeze':
      return answerUnfreeze(command, context)
    case 'break-glass':
      return answerBreakGlass(command, context)
    case 'confirm':
      return answerConfirm(context)
  }
}

function permissionRefusal(
  word: string,
  needed: Permission,
  { login, permission }: CommandContext,
): string | undefined {
  if (permission.kind === 'failed') {
    return `GitHub did not say what ${escapeText(login)} may do here, so \`/${word}\` was not done. Please comment it again in a moment.`
  }
  if (permission.kind === 'known' && isAtLeast(permission.value, needed)) return undefined
  const has =
    permission.kind === 'known' && permission.value !== 'none' ? `${permission.value} access` : 'no access'
  return `${escapeText(login)} has ${has} to this repository; \`/${word}\` needs ${needed}. Ask somebody with ${needed} access to comment \`/${word}\`.`
}
