import type { CommandAnswer } from '../core/commands/command-answer.ts'
import { answerCommand } from '../core/commands/answer-command.ts'
import { parseCommands, type Command } from '../core/commands/parse-commands.ts'
import type { Decision } from '../core/decision.ts'
import type { PeopleFacts } from '../core/facts.ts'
import { neededLookups } from '../core/policy/needs.ts'
import { planRequests } from '../core/requests.ts'
import { title as decisionTitle } from '../core/words/title.ts'
import type { GitHub } from '../ports/github.ts'
import type { DueCommand } from '../ports/queue.ts'
import { askForReviews, takeRequests } from './ask-for-reviews.ts'
import { mergePeople, whoMay } from './checklist-facts.ts'
import { actOnMerged, isMergedChange } from './act-on-merged.ts'
import type { PipelineDeps } from './deps.ts'
import { judge } from './evaluate-pull.ts'
import { takeFacts, type Taken } from './take-facts.ts'

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
  const people = await readPeople(github, taken, commands, login)
  const decision = judge(taken)
  const context = {
    login: due.login,
    permission: people.permissions[login] ?? { kind: 'failed' as const, reason: 'it was not looked up' },
    decision,
    title: decisionTitle(decision),
    state,
    now: Date.parse(due.createdAt),
    facts: { ...taken.facts, people: mergePeople(taken.facts.people, people) },
    policy: taken.policy !== 'absent' && taken.policy.ok ? taken.policy.value : undefined,
  }
  const answers: CommandAnswer[] = []
  for (const command of commands) {
    const answer = answerCommand(command, context)
    if (isMergedChange(answer.change)) {
      const at = { repository, number, login: due.login, at: due.createdAt, policy: context.policy }
      answers.push(await actOnMerged(deps, github, answer.change, at))
      continue
    }
    await carryOut({ deps, github, due, taken, decision }, answer)
    answers.push(answer)
  }
  await judgeAgain(deps, due, repository, answers)
  const refused = answers.some((answer) => answer.reaction === 'confused')
  await github.ensureReaction(repository, due.commentId, refused ? 'confused' : '+1')
  const done = commands.map((command, index) => ({ command, done: answers[index]?.reaction === '+1' }))
  await deps.store.appendAudit(due.key, 'command', { by: due.login, comment: due.commentId, commands: done })
  await deps.store.finishCommand(due.commentId)
  const replies = answers.flatMap((answer) => answer.reply ?? [])
  if (replies.length > 0) await github.reply(repository, number, replies.join('\n\n---\n\n'))
}

/** Commands whose right the checklist gives. */
const byChecklist: readonly Command['kind'][] = ['attest', 'unattest', 'waive', 'unwaive']

/** Nothing about who commands comes from a cache; whoever confirms or signs needs the teams of the rules or the checklist as well. */
async function readPeople(
  github: GitHub,
  { facts, policy }: Taken,
  commands: readonly Command[],
  login: string,
): Promise<PeopleFacts> {
  const confirms = commands.some(({ kind }) => kind === 'confirm')
  const needed =
    confirms && policy !== 'absent' && policy.ok
      ? neededLookups(policy.value, facts.pull)
      : { teams: [], logins: [] }
  const ofChecklists = commands.some(({ kind }) => byChecklist.includes(kind))
    ? whoMay(Object.values(facts.environments).map(({ checklist }) => checklist))
    : []
  const logins = [...new Set([...needed.logins, login])]
  const teams = [...new Set([...needed.teams, ...ofChecklists])]
  return github.readPeople(facts.pull.repository, { teams, logins }, 0)
}

async function judgeAgain(
  deps: PipelineDeps,
  due: DueCommand,
  repository: string,
  answers: readonly CommandAnswer[],
): Promise<void> {
  const scopes = answers.map((answer) => answer.judgeAgain)
  if (scopes.includes('repository')) {
    for (const pull of await deps.store.openPulls({ repository }))
      await deps.queue.markDue({ key: pull.key, installation: pull.installation })
  }
  if (scopes.some((scope) => scope !== 'nothing'))
    await deps.queue.markDue({ key: due.key, installation: due.installation })
}

interface Carrying {
  readonly deps: PipelineDeps
  readonly github: GitHub
  readonly due: DueCommand
  readonly taken: Taken
  readonly decision: Decision
}

async function carryOut(
  { deps, github, due, taken, decision }: Carrying,
  answer: CommandAnswer,
): Promise<void> {
  const { change } = answer
  const { store } = deps
  const { repository, number } = taken.facts.pull
  const said = { by: due.login, at: due.createdAt }
  switch (change?.kind) {
    case undefined:
    // Carried out where their answer comes from.
    case 'promote':
    case 'rollback':
    case 'release':
    case 'canary':
      return
    case 'ask-merge':
      return store.askMerge(due.key, { ...said, head: change.head })
    case 'cancel': {
      await store.askMerge(due.key, undefined)
      await store.withdrawBreakGlass(due.key)
      const { users: logins, teams } = taken.reading.requests
      if (logins.length + teams.length > 0)
        await github.withdrawRequests(repository, number, { logins, teams })
      return
    }
    case 'hold':
      return store.hold(due.key, { ...said, reason: change.reason })
    case 'unhold':
      return store.unhold(due.key)
    case 'freeze': {
      const { environment, until, reason } = change
      return store.freeze(repository, { ...said, environment, until, reason })
    }
    case 'unfreeze':
      return store.unfreeze(repository, change.environment)
    case 'attest': {
      const { environments, item, note, signed } = change
      for (const { name, digest } of environments)
        await store.attest(due.key, { ...said, environment: name, item, digest, note, signed })
      return
    }
    case 'waive': {
      const { environments, rule, resource, until, because } = change
      const waiver = { rule, resource, until, because, owner: due.login, at: due.createdAt }
      for (const environment of environments) await store.waive(repository, { ...waiver, environment })
      return
    }
    case 'unwaive': {
      const { environments, rule, resource } = change
      for (const environment of environments) await store.unwaive(repository, { environment, rule, resource })
      return
    }
    case 'break-glass': {
      const { kind: _, ...asked } = change
      return store.askBreakGlass(due.key, { ...said, ...asked })
    }
    case 'confirm':
      for (const confirmed of change.confirmed)
        await store.confirmBreakGlass(due.key, { ...said, ...confirmed, head: change.head })
      return
    case 'request':
      return askForReviews(deps, github, taken, change)
    case 'request-missing': {
      const facts = await takeRequests(deps, github, due.key, taken, decision, { again: true })
      const logins = planRequests(decision, facts)
      return logins.length === 0 ? undefined : askForReviews(deps, github, taken, { logins, teams: [] })
    }
  }
}
