import { listAnd, listOr } from '../policy/suggest.ts'
import { escapeText } from '../words/markdown.ts'
import { refuse, type CommandAnswer, type CommandContext } from './command-answer.ts'
import { missingRules } from './command-replies.ts'
import type { Command } from './parse-commands.ts'

/** `/request`: asks the named people and teams to review, of whom each could fill a slot that is missing; nobody named: who is missing. */
export function answerRequest(
  { logins, teams }: Extract<Command, { kind: 'request' }>,
  { decision, facts }: CommandContext,
): CommandAnswer {
  const rules = missingRules(decision).map(({ rule }) => rule)
  if (rules.length === 0) return refuse('No signature is missing, so nobody has to be asked.')
  const people = [...new Set(rules.flatMap((rule) => rule.maySign))].sort()
  const sources = rules.flatMap((rule) => rule.from.map((each) => each.toLowerCase()))
  const owner = facts.pull.repository.split('/')[0]?.toLowerCase() ?? ''
  const wrong = [
    ...logins.filter((login) => !people.includes(login)),
    ...teams.filter((team) => !sources.includes(`team:${team}`) || !team.startsWith(`${owner}/`)),
  ]
  if (wrong.length > 0) {
    const who =
      people.length === 0 ? 'Nobody is known who may.' : `${listOr(people.slice(0, 10).map(escapeText))} may.`
    return refuse(`${listAnd(wrong.map(escapeText))} cannot fill a missing slot here. ${who}`)
  }
  if (logins.length + teams.length === 0)
    return people.length === 0
      ? refuse('Nobody is known who may fill the missing slots, so nobody was asked.')
      : { reaction: '+1', change: { kind: 'request-missing' }, judgeAgain: 'nothing' }
  return { reaction: '+1', change: { kind: 'request', logins, teams }, judgeAgain: 'nothing' }
}
