import type { PullFacts } from '../facts.ts'

/**
 * Whether something was said before the pull request was pointed at the base branch that it has now: then it was about another
 * comparison, whatever the commit. At the same second, or at a time that cannot be read, it was.
 */
export function isBeforeRetargeting(
  at: string,
  { baseChangedAt }: Pick<PullFacts, 'baseChangedAt'>,
): boolean {
  if (baseChangedAt === undefined) return false
  return !(Date.parse(at) > Date.parse(baseChangedAt))
}

/** Whether something was said before the head was there, of whichever head was on the page then. In the same second it is of this one. */
export function isBeforeHead(at: string, { headSince }: Pick<PullFacts, 'headSince'>): boolean {
  return headSince !== undefined && !(Date.parse(at) >= Date.parse(headSince))
}
