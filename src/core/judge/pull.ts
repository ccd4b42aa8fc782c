import type { Reason } from '../decision.ts'
import type { PullFacts } from '../facts.ts'
import type { Policy } from '../policy/policy.ts'

/** GitHub lists no more: https://docs.github.com/en/rest/pulls/pulls */
export const mostFiles = 3000
export const mostCommits = 250

/** What stands in the way of the pull request as a whole. `affected`: some environment is. */
export function judgePull(policy: Policy, pull: PullFacts, affected: boolean): Reason[] {
  return [
    ...judgeCompleteness(pull),
    ...judgeFork(policy, pull),
    ...judgeHolds(pull),
    ...judgeState(pull, affected),
  ]
}

/** Whether a pull request is left alone because it comes from a fork. */
export function isIgnoredFork(policy: Policy, pull: PullFacts): boolean {
  return pull.fork && policy.forks === 'ignore'
}

/** A list that is cut off hides contributors and files: nothing can be concluded from it. */
function judgeCompleteness(pull: PullFacts): Reason[] {
  const reasons: Reason[] = []
  const error = (code: string, sentence: string, next: string): void =>
    void reasons.push({ code, verdict: 'error', sentence, next })
  const files = Math.max(pull.changedFiles, pull.files.length)
  if (files > mostFiles)
    error(
      'too-many-files',
      `${files} changed files: GitHub lists at most ${mostFiles}`,
      'Split the pull request.',
    )
  if (pull.commits.length > mostCommits)
    error(
      'too-many-commits',
      `more than ${mostCommits} commits: GitHub lists no more, so contributors would be missed`,
      'Split the pull request, or squash its commits.',
    )
  if (pull.commitsIncomplete !== undefined)
    error(
      'commits-incomplete',
      `the commits could not be read: ${pull.commitsIncomplete}`,
      'It is tried again by itself.',
    )
  else if (!pull.commits.some(({ sha }) => sha === pull.head.sha))
    error(
      'head-missing',
      'the head is not among the commits, probably because of a force-push just now',
      'It is tried again by itself.',
    )
  return reasons
}

function judgeFork(policy: Policy, pull: PullFacts): Reason[] {
  return isIgnoredFork(policy, pull) ? [forkIgnored] : []
}

/** Why nothing of a fork is rendered. */
export const forkIgnored: Reason = {
  code: 'fork',
  verdict: 'blocked',
  sentence: 'from a fork, and the policy ignores forks',
  next: 'Push the branch to this repository and open the pull request from there.',
}

function judgeHolds({ holds }: PullFacts): Reason[] {
  return holds.map(({ by, reason }) => ({
    code: 'hold',
    verdict: 'blocked',
    sentence: reason.trim() === '' ? `held by ${by}` : `held by ${by}: ${reason.trim()}`,
    next: '`/unhold` lifts it.',
  }))
}

/** A draft and a conflict keep a change from being merged; where nothing changes there is nothing to keep. */
function judgeState({ draft, mergeable }: PullFacts, affected: boolean): Reason[] {
  if (!affected) return []
  const reasons: Reason[] = []
  if (mergeable === 'conflicting')
    reasons.push({
      code: 'conflict',
      verdict: 'blocked',
      sentence: 'conflicts with its base',
      next: 'Update the branch.',
    })
  if (draft)
    reasons.push({
      code: 'draft',
      verdict: 'waiting',
      sentence: 'a draft',
      next: 'Mark it as ready for review.',
    })
  return reasons
}
