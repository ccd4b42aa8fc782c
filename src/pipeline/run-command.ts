import { answerCommand, type CommandAnswer } from '../core/commands/answer-command.ts'
import { parseCommands } from '../core/commands/parse-commands.ts'
import { title as decisionTitle } from '../core/words/title.ts'
import type { DueCommand } from '../ports/queue.ts'
import type { PipelineDeps } from './deps.ts'
import { judge } from './evaluate-pull.ts'
import { takeFacts } from './take-facts.ts'

/**
 * Executes the commands of one new comment. What is done is never done again, however often GitHub delivers it. What a process that
 * died had started is done over: everything but the reply is safe to repeat, and the reply is written last, at most once.
 */
export async function runCommand(deps: PipelineDeps, due: DueCommand): Promise<void> {
  const commands = parseCommands(due.body)
  if (commands.length === 0) return
  if ((await deps.store.startCommand(due.key, due.commentId)) === 'done') return
  const github = await deps.app.installation(due.installation)
  const taken = await takeFacts(deps, github, due.key, 'judge')
  if (taken === undefined) return

  const { repository, number, state } = taken.facts.pull
  await github.ensureReaction(repository, due.commentId, 'eyes')
  const login = due.login.toLowerCase()
  const people = await github.readPeople(repository, { teams: [], logins: [login] }, 0)
  const decision = judge(taken)
  const permission = people.permissions[login] ?? { kind: 'failed', reason: 'it was not looked up' }
  const context = { login: due.login, permission, decision, title: decisionTitle(decision), state }
  const answers = commands.map((command) => answerCommand(command, context))
  for (const answer of answers) await carryOut(deps, due, answer)
  if (answers.some((answer) => answer.judgeAgain))
    await deps.queue.markDue({ key: due.key, installation: due.installation })
  const refused = answers.some((answer) => answer.reaction === 'confused')
  await github.ensureReaction(repository, due.commentId, refused ? 'confused' : '+1')
  const done = commands.map((command, index) => ({ command, done: answers[index]?.reaction === '+1' }))
  await deps.store.appendAudit(due.key, 'command', { by: due.login, comment: due.commentId, commands: done })
  await deps.store.finishCommand(due.commentId)
  const replies = answers.flatMap((answer) => answer.reply ?? [])
  if (replies.length > 0) await github.reply(repository, number, replies.join('\n\n---\n\n'))
}

async function carryOut(deps: PipelineDeps, due: DueCommand, { change }: CommandAnswer): Promise<void> {
  switch (change?.kind) {
    case undefined:
      return
    case 'ask-merge':
      return deps.store.askMerge(due.key, { by: due.login, at: due.createdAt, head: change.head })
    case 'withdraw-merge':
      return deps.store.askMerge(due.key, undefined)
    case 'hold':
      return deps.store.hold(due.key, { by: due.login, at: due.createdAt, reason: change.reason })
    case 'unhold':
      return deps.store.unhold(due.key)
  }
}
