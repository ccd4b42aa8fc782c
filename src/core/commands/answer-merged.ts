import { listOr } from '../policy/suggest.ts'
import { codeSpan } from '../words/markdown.ts'
import { unknownEnvironment } from './answer-freeze.ts'
import { refuse, type CommandAnswer, type CommandContext } from './command-answer.ts'
import type { Command } from './parse-commands.ts'

/** Commands on a merged pull request: what becomes of its deployments. */
export function answerMerged(
  command: Extract<Command, { kind: 'promote' | 'rollback' | 'release' | 'canary' }>,
  context: CommandContext,
): CommandAnswer {
  if (context.state !== 'merged')
    return refuse(
      `This pull request is ${context.state}; \`/${command.kind === 'canary' ? `${command.gate} canary` : command.kind}\` acts on the deployment of a merged one.`,
    )
  switch (command.kind) {
    case 'rollback':
      return { reaction: '+1', change: { kind: 'rollback', reason: command.reason }, judgeAgain: 'nothing' }
    case 'canary': {
      const { gate, name } = command
      return { reaction: '+1', change: { kind: 'canary', gate, name }, judgeAgain: 'nothing' }
    }
    case 'release':
      return { reaction: '+1', change: { kind: 'release' }, judgeAgain: 'nothing' }
    case 'promote':
      return answerPromote(command.environment, context)
  }
}

function answerPromote(name: string, context: CommandContext): CommandAnswer {
  const unknown = unknownEnvironment(name, context)
  if (unknown !== undefined) return refuse(unknown)
  const environments = context.policy?.environments ?? []
  const environment = environments.find((each) => each.name === name)
  if (environment?.promotion != null)
    return {
      reaction: '+1',
      change: { kind: 'promote', environment: name, from: environment.promotion.from },
      judgeAgain: 'nothing',
    }
  const promoted = environments
    .filter(({ promotion }) => promotion !== null)
    .map((each) => codeSpan(each.name))
  const which =
    promoted.length === 0 ? 'The policy promotes to no environment.' : `It promotes to ${listOr(promoted)}.`
  return refuse(`The policy says nothing of a promotion to ${codeSpan(name)}. ${which}`)
}
