import { decide } from '../core/decide.ts'
import type { Decision } from '../core/decision.ts'
import { mergeMessage } from '../core/words/merge-message.ts'
import type { AppError } from '../errors.ts'
import { toAppError } from '../errors.ts'
import type { GitHub, PullReading } from '../ports/github.ts'
import type { DuePull } from '../ports/queue.ts'
import { bringUpToDate } from './bring-up-to-date.ts'
import type { PipelineDeps } from './deps.ts'
import { keepDecision } from './keep-decision.ts'
import { recordOnce } from './record-once.ts'
import { takeFacts } from './take-facts.ts'
import { letEarlierGo } from './take-turns.ts'

/**
 * Merges when it has been earned, proven once more: the facts are taken anew, nothing about people from a cache, the change is
 * the one from the base branch's tip to the merge result, and GitHub is told to merge exactly the judged head.
 * When anything differs by then, nothing is merged and the pull request is judged again. Where GitHub wants the branch up to date first, it is
 * updated instead, and the new head is judged.
 */
export async function mergeWhenReady(deps: PipelineDeps, github: GitHub, due: DuePull): Promise<void> {
  const taken = await takeFacts(deps, github, due.key, 'merge')
  if (taken === undefined || taken.policy === 'absent' || taken.facts.pull.state !== 'open') return
  const decision = decide(taken.policy, taken.facts)
  if (decision.merge === null) {
    deps.log.info({ pull: due.key, verdict: decision.verdict }, 'merge was not earned any more')
    await deps.queue.markDue(due)
    return
  }
  if (await letEarlierGo(deps, due, decision)) return
  const { pull } = taken.facts
  const { policy, evidence } = await keepDecision(deps, due, taken, decision)
  if (taken.reading.behind) return bringUpToDate(deps, github, due, { pull, decision })
  const message = mergeMessage({
    pull,
    title: taken.reading.title,
    decision,
    evidence: evidenceUrl(taken.reading),
  })
  await deps.store.appendAudit(due.key, 'merge', {
    head: decision.merge.head,
    base: pull.base.sha,
    askedBy: decision.merge.askedBy,
    policy,
    evidence,
    decision: summary(decision),
  })
  try {
    const merged = await github.mergePull(pull.repository, pull.number, { ...decision.merge, ...message })
    const { head } = decision.merge
    await recordOnce(deps, due.key, 'merged', { sha: merged.sha }, { head, by: null })
    deps.log.info({ pull: due.key, sha: merged.sha }, 'pull request was merged')
  } catch (thrown) {
    const error = toAppError(thrown)
    await keepRefusal(deps, due, error)
    const now =
      error.code === 'merge-conflict' ? await github.readPull(pull.repository, pull.number) : undefined
    // The base branch moved in between.
    if (now?.behind === true && now.pull.head.sha === pull.head.sha)
      return bringUpToDate(deps, github, due, { pull, decision })
    return afterRefusal(deps, due, error)
  }
  // The rest follows from what GitHub says now; GitHub's own delivery about the merge would start it too.
  await deps.queue.markDue(due)
}

async function keepRefusal(deps: PipelineDeps, due: DuePull, error: AppError): Promise<void> {
  deps.log.warn({ pull: due.key, code: error.code, err: error }, 'GitHub did not merge')
  await deps.store.appendAudit(due.key, 'merge-refused', {
    code: error.code,
    message: error.message.slice(0, 300),
  })
}

/** The head moved: the push's own delivery judges it anew. GitHub's refusal is shown by judging again; anything else is tried again. */
async function afterRefusal(deps: PipelineDeps, due: DuePull, error: AppError): Promise<void> {
  if (error.code === 'head-moved') await deps.queue.markDue(due)
  else if (error.code === 'merge-conflict')
    await deps.queue.markDueAt(due, new Date(deps.now().getTime() + 60_000).toISOString())
  else throw error
}

/** The sticky comment; a pull request that got none has its checks. */
function evidenceUrl({ url, comment }: PullReading): string {
  return comment === null ? `${url}/checks` : `${url}#issuecomment-${comment.id}`
}

function summary(decision: Decision): object {
  return {
    verdict: decision.verdict,
    environments: decision.environments.map(({ name, verdict, emergency, rules }) => ({
      name,
      verdict,
      ...(emergency === undefined ? {} : { emergency }),
      rules: rules.map((rule) => ({
        name: rule.name,
        state: rule.state,
        have: rule.have,
        need: rule.need,
        counted: rule.counted,
      })),
    })),
  }
}
