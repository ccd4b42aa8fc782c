/**
 * Filling slots with approvals, one person to at most one slot: a maximum matching, never first come. Rules and approvals are
 * numbers: the index of a rule in the policy, the index of an approval in order of time.
 */
export interface Slots {
  /** How many approvals each rule needs. */
  readonly needs: readonly number[]
  /** For each approval, earliest first: the rules it can fill, in rising order. */
  readonly fills: readonly (readonly number[])[]
}

/** For each approval the rule it fills, or null. */
export type Assignment = readonly (number | null)[]

/**
 * Among all maximum matchings: the one that fills earlier rules first, then uses earlier approvals, then gives earlier approvals
 * to earlier rules. So the answer depends on nothing but the policy and the times.
 */
export function fillSlots({ needs, fills }: Slots): Assignment {
  const have = reachable(needs, fills)
  const chosen = earliest(have, fills)
  settle(have, fills, chosen)
  return chosen.rule
}

interface Matching {
  /** The rule of each approval. */
  readonly rule: (number | null)[]
  /** The approvals of each rule. */
  readonly held: number[][]
}

function emptyMatching(rules: number, approvals: number): Matching {
  const held: number[][] = []
  for (let rule = 0; rule < rules; rule++) held.push([])
  return { rule: new Array<number | null>(approvals).fill(null), held }
}

function move(matching: Matching, approval: number, to: number): void {
  const from = matching.rule[approval]
  if (from !== null && from !== undefined)
    matching.held[from] = (matching.held[from] ?? []).filter((each) => each !== approval)
  matching.rule[approval] = to
  matching.held[to]?.push(approval)
}

/**
 * How many slots of each rule can be filled, earlier rules first. A slot that is filled once stays filled while later ones are
 * added (only by whom may change), so filling them in order gives the most in all and the best order at once.
 */
function reachable(needs: readonly number[], fills: Slots['fills']): number[] {
  const matching = emptyMatching(needs.length, fills.length)
  const able: number[][] = needs.map(() => [])
  for (const [approval, rules] of fills.entries()) for (const rule of rules) able[rule]?.push(approval)
  return needs.map((need, rule) => {
    let have = 0
    while (have < need && have < fills.length && addToRule(rule, matching, able, new Set())) have++
    return have
  })
}

/** Finds one more approval for a rule; a rule that gives one up finds another. */
function addToRule(
  rule: number,
  matching: Matching,
  able: readonly (readonly number[])[],
  tried: Set<number>,
): boolean {
  for (const approval of able[rule] ?? []) {
    if (tried.has(approval) || matching.rule[approval] === rule) continue
    tried.add(approval)
    const holder = matching.rule[approval] ?? null
    if (holder === null || addToRule(holder, matching, able, tried)) {
      move(matching, approval, rule)
      return true
    }
  }
  return false
}

/** Fills exactly `have` slots with the earliest approvals that can: each one that fits is kept for good. */
function earliest(have: readonly number[], fills: Slots['fills']): Matching {
  const matching = emptyMatching(have.length, fills.length)
  fills.forEach((_, approval) => addApproval(approval, matching, have, fills, new Set()))
  return matching
}

/** Finds a rule for an approval; an approval that is pushed out of a full rule finds another. */
function addApproval(
  approval: number,
  matching: Matching,
  capacity: readonly number[],
  fills: Slots['fills'],
  tried: Set<number>,
): boolean {
  for (const rule of fills[approval] ?? []) {
    if (tried.has(rule)) continue
    tried.add(rule)
    const held = matching.held[rule] ?? []
    const isRoom = held.length < (capacity[rule] ?? 0)
    if (isRoom || held.some((other) => addApproval(other, matching, capacity, fills, tried))) {
      move(matching, approval, rule)
      return true
    }
  }
  return false
}

/** Exchanges rules among the chosen approvals until earlier rules have the earliest ones that they can. */
function settle(have: readonly number[], fills: Slots['fills'], matching: Matching): void {
  const fixed = new Set<number>()
  for (let rule = 0; rule < have.length; rule++) {
    for (let approval = 0; approval < fills.length; approval++) {
      const current = matching.rule[approval] ?? null
      if (current === null || fixed.has(approval) || !(fills[approval] ?? []).includes(rule)) continue
      const settled = (matching.held[rule] ?? []).filter((each) => fixed.has(each)).length
      if (settled >= (have[rule] ?? 0)) break
      if (current === rule || exchange(rule, current, approval, fills, matching, fixed)) fixed.add(approval)
    }
    for (const approval of matching.held[rule] ?? []) fixed.add(approval)
  }
}

/** Moves `approval` from `current` to `rule` and, through others, one approval of `rule` on its way to `current`. */
function exchange(
  rule: number,
  current: number,
  approval: number,
  fills: Slots['fills'],
  matching: Matching,
  fixed: ReadonlySet<number>,
): boolean {
  const cameFrom = new Map<number, { readonly approval: number; readonly from: number }>()
  const queue = [rule]
  for (const from of queue) {
    if (from === current) break
    for (const other of matching.held[from] ?? []) {
      if (fixed.has(other) || other === approval) continue
      for (const to of fills[other] ?? []) {
        if (to === rule || cameFrom.has(to)) continue
        cameFrom.set(to, { approval: other, from })
        queue.push(to)
      }
    }
  }
  if (!cameFrom.has(current)) return false
  for (let to = current; to !== rule;) {
    const step = cameFrom.get(to)
    if (step === undefined) return false
    move(matching, step.approval, to)
    to = step.from
  }
  move(matching, approval, rule)
  return true
}
