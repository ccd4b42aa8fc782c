import { answerAttest } from '../core/commands/answer-attest.ts'
import { title as decisionTitle } from '../core/words/title.ts'
import type { DueTicks } from '../ports/queue.ts'
import { mergePeople, whoMay } from './checklist-facts.ts'
import type { PipelineDeps } from './deps.ts'
import { judge } from './evaluate-pull.ts'
import { takeFacts } from './take-facts.ts'

/**
 * Carries out what somebody ticked in our comment, as `/attest` and `/unattest` would, and has the comment written anew from what is true
 * then. Safe to repeat.
 */
export async function runTicks(deps: PipelineDeps, due: DueTicks): Promise<void> {
  const github = await deps.app.installation(due.installation)
  const taken = await takeFacts(deps, github, due.key, 'judge')
  if (taken === undefined) return
  const { facts, policy } = taken
  const { repository, number, state } = facts.pull
  if (state === 'open') {
    const login = due.login.toLowerCase()
    const teams = whoMay(Object.values(facts.environments).map(({ checklist }) => checklist))
    const people = await github.readPeople(repository, { teams, logins: [login] }, 0)
    const decision = judge(taken)
    const context = {
      login: due.login,
      permission: people.permissions[login] ?? { kind: 'failed' as const, reason: 'it was not looked up' },
      decision,
      title: decisionTitle(decision),
      state,
      now: Date.parse(due.at),
      facts: { ...facts, people: mergePeople(facts.people, people) },
      policy: policy !== 'absent' && policy.ok ? policy.value : undefined,
    }
    const answers = due.ticks.map((tick) => answerAttest({ ...tick, note: '' }, context))
    for (const { change } of answers) {
      if (change?.kind !== 'attest') continue
      const { item, note, signed } = change
      for (const { name, digest } of change.environments)
        await deps.store.attest(due.key, {
          environment: name,
          item,
          note,
          signed,
          digest,
          by: due.login,
          at: due.at,
        })
    }
    const done = due.ticks.map((tick, index) => ({ ...tick, done: answers[index]?.reaction === '+1' }))
    await deps.store.appendAudit(due.key, 'ticks', { by: due.login, at: due.at, ticks: done })
    const replies = answers.flatMap(({ reply }) => reply ?? [])
    const marker = `<!-- countersign:ticks:${login}:${due.at} -->`
    if (replies.length > 0) await github.ensureNote(repository, number, marker, replies.join('\n\n'))
  }
  await deps.queue.markDue({ key: due.key, installation: due.installation })
}
