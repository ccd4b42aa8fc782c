import type { Actor, ReviewFacts } from '../facts.ts'

/** The review that decides what one person thinks. */
export interface Opinion {
  readonly person: Actor
  readonly review: ReviewFacts
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED'
  /** Milliseconds; NaN where the time cannot be read. */
  readonly at: number
}

/** At equal times the objection wins, and a dismissal wins over an approval. */
const weight = { APPROVED: 0, DISMISSED: 1, CHANGES_REQUESTED: 2 } as const

/**
 * The latest opinion of each person, earliest first. GitHub keeps a dismissed review at its place with the state DISMISSED: it
 * is the latest opinion then, says nothing, and revives no older one. COMMENTED reviews are no opinion; a review whose account
 * is gone is nobody's.
 */
export function latestOpinions(reviews: readonly ReviewFacts[]): Opinion[] {
  const latest = new Map<string, Opinion>()
  for (const review of reviews) {
    if (review.by === null || review.state === 'COMMENTED') continue
    const opinion = { person: review.by, review, state: review.state, at: Date.parse(review.at) } as const
    const key = review.by.login.toLowerCase()
    const before = latest.get(key)
    if (before === undefined || isLater(opinion, before)) latest.set(key, opinion)
  }
  return [...latest.values()].sort(
    (a, b) => a.at - b.at || compareText(a.person.login.toLowerCase(), b.person.login.toLowerCase()),
  )
}

function isLater(opinion: Opinion, before: Opinion): boolean {
  const difference = opinion.at - before.at
  // A time that cannot be read compares as NaN: the graver opinion stays.
  if (difference > 0 || difference < 0) return difference > 0
  return weight[opinion.state] >= weight[before.state]
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
