import { createHash } from 'node:crypto'
import { decide } from '../core/decide.ts'
import type { Decision } from '../core/decision.ts'
import { planEffects, type Effect } from '../core/effects.ts'
import { absentPolicyDecision } from '../core/policy/absent.ts'
import { checkNameOn } from '../core/protection.ts'
import { title as decisionTitle } from '../core/words/title.ts'
import { pullWords } from '../core/words/pull-words.ts'
import { toAppError } from '../errors.ts'
import type { GitHub, PullReading } from '../ports/github.ts'
import type { DuePull } from '../ports/queue.ts'

import type { PipelineDeps } from './deps.ts'
import { followMerged } from './follow-merged.ts'
import { keepDecision } from './keep-decision.ts'
import { mergeWhenReady } from './merge-when-ready.ts'
import { askForReviews, takeRequests } from './ask-for-reviews.ts'
import { takeFacts, type Taken } from './take-facts.ts'

/**
 * Judges one pull request from fresh facts and makes GitHub say what was decided. Level-triggered: why it was called does not
 * matter, and calling it twice is calling it once. What fails outside is thrown, to be tried again; the check says so meanwhile.
 */
export async function evaluatePull(deps: PipelineDeps, due: DuePull): Promise<void> {
  const github = await deps.app.installation(due.installation)
  let taken: Taken | undefined
  try {
    taken = await takeFacts(deps, github, due.key, 'judge')
  } catch (thrown) {
    await reportFailure(deps, github, due, thrown)
    throw thrown
  }
  if (taken === undefined) {
    deps.log.info({ pull: due.key }, 'pull request was not found')
    return
  }
  const { pull } = taken.facts
  if (pull.state !== 'open') {
    // First what follows from the merge, then the state: a crash between them is found by the sweep, which looks at what was last seen open.
    if (pull.state === 'merged') await followMerged(deps, github, due, taken)
    await saveState(deps, due, taken, pull.state)
    return
  }
  // What would be merged is proven before it is promised: else a change that is ready only as it is shown would be tried for ever.
  taken = await proveMerge(deps, github, due, taken)
  const decision = judge(taken)
  await record(deps, due, taken, decision)
  const words = pullWords({
    decision,
    facts: taken.facts,
    title: decisionTitle(decision),
    protectionProblems: await deps.store.protectionProblems(pull.repository, pull.base.ref),
  })
  const requests = asksByItself(taken)
    ? await takeRequests(deps, github, due.key, taken, decision)
    : undefined
  const { check, comment } = taken.reading
  const effects = planEffects(decision, words, { check, comment, requests })
  for (const effect of effects) {
    await apply(deps, github, due, taken, effect)
    await recordEffect(deps, due, effect)
  }
}

/** Whether the policy has Countersign ask for reviews; `/request` asks in any case. */
function asksByItself({ policy }: Taken): boolean {
  return policy !== 'absent' && policy.ok && policy.value.requestReviews === 'missing'
}

/** The facts at the merge where they speak against it, else those that were taken. */
async function proveMerge(deps: PipelineDeps, github: GitHub, due: DuePull, taken: Taken): Promise<Taken> {
  const { merge } = judge(taken)
  if (merge === null) return taken
  const proven = await takeFacts(deps, github, due.key, 'merge')
  if (proven === undefined || proven.facts.pull.state !== 'open') return taken
  return judge(proven).merge === null ? proven : taken
}

/** The one judgement, for a pull request with or without a policy. */
export function judge(taken: Taken): Decision {
  return taken.policy === 'absent' ? absentPolicyDecision(taken.facts) : decide(taken.policy, taken.facts)
}

export async function record(
  deps: PipelineDeps,
  due: DuePull,
  taken: Taken,
  decision: Decision,
): Promise<void> {
  const kept = await keepDecision(deps, due, taken, decision)
  const before = await deps.store.readPull(due.key)
  if (before?.verdict !== decision.verdict || before.head !== decision.head) {
    await deps.store.appendAudit(due.key, 'decision', {
      verdict: decision.verdict,
      head: decision.head,
      ...kept,
      title: decisionTitle(decision),
    })
  }
  await saveState(deps, due, taken, decision.verdict)
}

async function saveState(deps: PipelineDeps, due: DuePull, taken: Taken, verdict: string): Promise<void> {
  const { state, base, head } = taken.facts.pull
  await deps.store.savePull({
    ...due,
    state,
    base: base.ref,
    head: head.sha,
    verdict,
    title: taken.reading.title,
    requested: taken.reading.requests.users,
  })
}

/** What GitHub was told. The merge has records of its own; to look again later is no effect outside. */
async function recordEffect(deps: PipelineDeps, due: DuePull, effect: Effect): Promise<void> {
  switch (effect.kind) {
    case 'check': {
      const { conclusion = 'in_progress', title, externalId } = effect.check
      return void (await deps.store.appendAudit(due.key, 'effect', {
        effect: 'check',
        head: effect.head,
        conclusion,
        title,
        digest: externalId,
      }))
    }
    case 'comment': {
      const digest = `sha256:${createHash('sha256').update(effect.body).digest('hex')}`
      return void (await deps.store.appendAudit(due.key, 'effect', { effect: 'comment', digest }))
    }
    case 'request':
      return void (await deps.store.appendAudit(due.key, 'effect', {
        effect: 'request',
        logins: effect.logins,
      }))
    case 'judge-again':
    case 'merge':
      return
  }
}

async function apply(
  deps: PipelineDeps,
  github: GitHub,
  due: DuePull,
  taken: Taken,
  effect: Effect,
): Promise<void> {
  const { repository, number } = taken.facts.pull
  switch (effect.kind) {
    case 'check':
      return github.ensureCheck(
        repository,
        { name: checkNameFor(taken.reading), head: effect.head, ...effect.check },
        effect.existing,
      )
    case 'comment':
      return github.ensureComment(repository, number, effect.body, effect.existing)
    case 'request':
      return askForReviews(deps, github, taken, { logins: effect.logins, teams: [] })
    case 'judge-again':
      return deps.queue.markDueAt(due, effect.at)
    case 'merge':
      return mergeWhenReady(deps, github, due)
  }
}

/** The reader must not be left with an older verdict while facts cannot be taken: the check says what is wrong. */
async function reportFailure(
  deps: PipelineDeps,
  github: GitHub,
  due: DuePull,
  thrown: unknown,
): Promise<void> {
  const error = toAppError(thrown)
  deps.log.warn({ pull: due.key, code: error.code, err: error }, 'facts could not be taken')
  const [repository = '', number = ''] = due.key.split('#')
  try {
    const reading = await github.readPull(repository, Number(number))
    if (reading === undefined || reading.pull.state !== 'open') return
    const existing = reading.check?.head === reading.pull.head.sha ? reading.check.id : undefined
    const again = error.retryable
      ? 'It is tried again by itself; `/retry` tries at once.'
      : 'Mend it and push, or comment `/retry`.'
    const title = error.retryable ? 'Cannot judge yet: facts could not be read' : 'Cannot judge'
    await github.ensureCheck(
      repository,
      {
        name: checkNameFor(reading),
        head: reading.pull.head.sha,
        status: 'completed',
        conclusion: 'failure',
        title,
        summary: `${describe(error.message)}\n\n${again}`,
        externalId: `error:${error.code}`,
        annotations: [],
      },
      existing,
    )
  } catch (second) {
    deps.log.warn({ pull: due.key, err: second }, 'failure could not be reported')
  }
}

function checkNameFor({ pull, defaultBranch }: PullReading): string {
  return checkNameOn(pull.base.ref, defaultBranch)
}

/** A message for the public page: one line, no token, no path of this machine. */
function describe(message: string): string {
  return (
    message
      .split('\n')[0]
      ?.replaceAll(/(gh[a-z]_|x-access-token:)\S+/g, '…')
      .slice(0, 500) ?? ''
  )
}
