import type { Decision, Verdict } from '../decision.ts'

/** A merged pull request, judged by the policy that it was merged under and by a candidate. */
export interface Replay {
  readonly number: number
  readonly title: string
  /** ISO 8601. */
  readonly mergedAt: string
  /** The commit by which it came to its base branch. */
  readonly commit: string
  /** Null: its base branch had no policy then. */
  readonly then: Decision | null
  readonly candidate: Decision
}

/** A slot that would have been missing. */
export interface MissingSlot {
  readonly rule: string
  readonly have: number
  readonly need: number
  /** As the policy writes it. */
  readonly from: readonly string[]
}

/** What a replay says of one pull request. Public. */
export interface ReplayedPull {
  readonly number: number
  readonly title: string
  readonly mergedAt: string
  readonly commit: string
  /** Under the policy of then; null: there was none. */
  readonly then: Verdict | null
  /** Under the candidate. */
  readonly verdict: Verdict
  /** Judged otherwise than it was merged, or, where reviews are not known, than the policy of then would judge it. */
  readonly otherwise: boolean
  /** What the candidate asks for, compared with the policy of then. */
  readonly asks: 'the same' | 'more' | 'less' | 'something else'
  /** What keeps the pull request itself back. */
  readonly reasons: readonly string[]
  /** Those that it reaches. */
  readonly environments: readonly {
    readonly name: string
    readonly verdict: Verdict
    readonly missing: readonly MissingSlot[]
    /** What else stands in the way. */
    readonly reasons: readonly string[]
  }[]
}

/** `reviewsKnown`: the decisions were made with the reviews of then. Without them every slot is missing, under both policies. */
export function describeReplay(
  { then, candidate, ...pull }: Replay,
  { reviewsKnown }: { readonly reviewsKnown: boolean },
): ReplayedPull {
  const asks = compareDemands(then, candidate)
  const passes = candidate.verdict === 'ready' || candidate.verdict === 'unaffected'
  const differs =
    then === null
      ? candidate.verdict !== 'unaffected'
      : then.verdict !== candidate.verdict || asks !== 'the same'
  return {
    ...pull,
    then: then?.verdict ?? null,
    verdict: candidate.verdict,
    otherwise: reviewsKnown ? !passes : differs,
    asks,
    reasons: candidate.reasons.filter(({ code }) => code !== 'approvals').map(({ sentence }) => sentence),
    environments: reached(candidate),
  }
}

function reached(decision: Decision): ReplayedPull['environments'] {
  const guard = decision.policyChanges
  const environments = decision.environments.filter(({ verdict }) => verdict !== 'unaffected')
  return [
    ...environments.map(({ name, verdict, rules, reasons }) => ({
      name,
      verdict,
      missing: rules.flatMap(missingOf),
      reasons: reasons.filter(({ code }) => code !== 'approvals').map(({ sentence }) => sentence),
    })),
    ...(guard === undefined
      ? []
      : [
          {
            name: 'the policy itself',
            verdict: guard.state === 'satisfied' ? ('ready' as const) : ('waiting' as const),
            missing: missingOf(guard),
            reasons: [],
          },
        ]),
  ]
}

function missingOf({
  name,
  have,
  need,
  from,
}: Decision['environments'][number]['rules'][number]): MissingSlot[] {
  return have < need ? [{ rule: name, have, need, from }] : []
}

/** Signatures asked for, by environment and by whom they are asked. */
function demandsOf(decision: Decision | null): ReadonlyMap<string, number> {
  const demands = new Map<string, number>()
  const add = (environment: string, from: readonly string[], need: number): void => {
    const key = JSON.stringify([environment, from.map((each) => each.toLowerCase()).sort()])
    if (need > 0) demands.set(key, (demands.get(key) ?? 0) + need)
  }
  for (const { name, rules } of decision?.environments ?? [])
    for (const { from, need } of rules) add(name, from, need)
  if (decision?.policyChanges !== undefined) add('', decision.policyChanges.from, decision.policyChanges.need)
  return demands
}

function compareDemands(then: Decision | null, candidate: Decision): ReplayedPull['asks'] {
  const [before, after] = [demandsOf(then), demandsOf(candidate)]
  const differences = [...new Set([...before.keys(), ...after.keys()])].map(
    (key) => (after.get(key) ?? 0) - (before.get(key) ?? 0),
  )
  const isMore = differences.some((each) => each > 0)
  const isLess = differences.some((each) => each < 0)
  if (isMore) return isLess ? 'something else' : 'more'
  return isLess ? 'less' : 'the same'
}
