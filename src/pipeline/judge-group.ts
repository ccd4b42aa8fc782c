import { checkNameOn } from '../core/protection.ts'
import { groupWords, type GroupVerdict } from '../core/words/group-words.ts'
import { toAppError } from '../errors.ts'
import type { CheckRun, GitHub } from '../ports/github.ts'
import type { DueGroup } from '../ports/queue.ts'
import type { Repository } from '../ports/repository.ts'
import type { PullKey } from '../ports/store.ts'
import type { PipelineDeps } from './deps.ts'
import { judge } from './evaluate-pull.ts'
import {
  findGroupPulls,
  groupSteps,
  lastOfGroup,
  type Candidate,
  type GroupPart,
} from './find-group-pulls.ts'
import { keepDecision } from './keep-decision.ts'
import { takeFacts } from './take-facts.ts'

/** GitHub builds groups of at most a hundred. */
const mostSteps = 100

/**
 * Judges what a merge queue would put on a branch: every pull request in it from fresh facts, as the change from the commit before it in the queue
 * to the commit with it. The check at the group's head is green only when all are ready; what no pull request explains is never.
 * The commits are taken from the branch's own tip on: GitHub can be told to look only at the last group of a row.
 */
export async function judgeGroup(deps: PipelineDeps, due: DueGroup): Promise<void> {
  const github = await deps.app.installation(due.installation)
  const name = checkNameOn(due.baseRef, due.defaultBranch)
  const publish = async (
    check: Pick<CheckRun, 'status' | 'conclusion' | 'title' | 'summary' | 'externalId'>,
  ) => {
    const found = await github.findCheck(due.repository, due.headSha, name)
    if (found?.externalId === check.externalId) return
    await github.ensureCheck(
      due.repository,
      { name, head: due.headSha, annotations: [], ...check },
      found?.id,
    )
  }
  try {
    const verdicts = await judgeParts(deps, github, due)
    const words = groupWords(verdicts)
    await deps.store.appendAudit(null, 'group', {
      repository: due.repository,
      ref: due.headRef,
      head: due.headSha,
      conclusion: words.conclusion,
      title: words.title,
      pulls: verdicts.flatMap(({ number }) => number ?? []),
    })
    await publish({ status: 'completed', ...words })
    deps.log.info({ group: due.headRef, conclusion: words.conclusion }, 'merge group was judged')
  } catch (thrown) {
    const error = toAppError(thrown)
    deps.log.warn({ group: due.headRef, code: error.code, err: error }, 'merge group could not be judged')
    const title = error.retryable ? 'Cannot judge yet: facts could not be read' : 'Cannot judge'
    const summary = error.retryable
      ? 'It is tried again by itself.'
      : 'Take the pull requests out of the queue; the log of Countersign says what is wrong.'
    await publish({
      ...(error.retryable
        ? { status: 'in_progress' as const }
        : { status: 'completed' as const, conclusion: 'failure' as const }),
      title,
      summary,
      externalId: `error:${error.code}`,
    })
    throw error
  }
}

async function judgeParts(
  deps: PipelineDeps,
  github: GitHub,
  due: DueGroup,
): Promise<readonly GroupVerdict[]> {
  const access = await github.gitAccess(due.repository)
  const fetch = (refs: readonly string[]): Promise<Repository> =>
    deps.mirrors.fetch({ ...access, repository: due.repository, refs })
  const base = `refs/heads/${due.baseRef}`
  const repository = await fetch([base, due.headSha])
  const group = await groupSteps(repository, await repository.resolve(base), due.headSha)
  if (group.steps.length > mostSteps)
    return [{ number: undefined, to: due.headSha, judged: { problem: `more than ${mostSteps} commits` } }]
  const candidates = await takeCandidates(deps, github, due)
  const present: Candidate[] = []
  for (const candidate of candidates) if (await canFetch(fetch, candidate)) present.push(candidate)
  const verdicts: GroupVerdict[] = []
  for (const part of await findGroupPulls(repository, group, present))
    verdicts.push(await judgePart(deps, github, due, part))
  return verdicts
}

/** What was force-pushed away and forgotten by GitHub is in no group; that it is gone must not keep others from being judged. */
async function canFetch(
  fetch: (refs: readonly string[]) => Promise<Repository>,
  { head }: Candidate,
): Promise<boolean> {
  try {
    await fetch([head])
    return true
  } catch {
    return false
  }
}

/** Open pull requests into the branch, the one that the group is named after first. */
async function takeCandidates(
  deps: PipelineDeps,
  github: GitHub,
  due: DueGroup,
): Promise<readonly Candidate[]> {
  const { repository, baseRef } = due
  const open = await deps.store.openPulls({ repository, base: baseRef })
  const known = open.map(({ key, head }) => ({ number: Number(key.split('#')[1]), head }))
  const last = lastOfGroup(due)
  const reading = last === undefined ? undefined : await github.readPull(repository, last)
  if (reading === undefined || reading.pull.state !== 'open') return known
  const { number, head } = reading.pull
  return [{ number, head: head.sha }, ...known.filter((each) => each.number !== number)]
}

async function judgePart(
  deps: PipelineDeps,
  github: GitHub,
  due: DueGroup,
  part: GroupPart,
): Promise<GroupVerdict> {
  const { from, to } = part
  if (part.kind === 'unexplained')
    return {
      number: undefined,
      to,
      judged: {
        problem: `what is between ${from.slice(0, 7)} and ${to.slice(0, 7)} is not what an open pull request brings`,
      },
    }
  const { number, head } = part
  const key = `${due.repository}#${number}` as PullKey
  const taken = await takeFacts(deps, github, key, { from, to })
  const pull = taken?.facts.pull
  if (
    taken === undefined ||
    pull?.state !== 'open' ||
    pull.base.ref !== due.baseRef ||
    pull.head.sha !== head
  )
    return { number, to, judged: { problem: 'it changed after the queue took it' } }
  const decision = judge(taken)
  await keepDecision(deps, { key, installation: due.installation }, taken, decision)
  return { number, to, judged: decision }
}
