import { compareResources, summarise, type DigestedChange } from '../core/change/compare-renderings.ts'
import { explainAffected } from '../core/targets/explain-affected.ts'
import type { EnvironmentChange, TargetChange } from '../core/targets/target.ts'
import type { RendererKind } from '../core/targets/target.ts'
import type { RenderCache, Renderer } from '../ports/renderer.ts'
import type { Remotes } from '../ports/remotes.ts'
import type { Files } from '../ports/repository.ts'
import { closeTargets } from './close-targets.ts'
import { memoryOf } from './change-memory.ts'
import { RenderQueue, type Rendered } from './render-queue.ts'
import { selectTargets, type SelectedTarget, type Selection } from './select-targets.ts'
import { gatherSide, type GatheredSide, type TargetSide } from './gather-side.ts'

export interface ChangeParts {
  readonly repository: Files
  /** Plain manifests need none. */
  readonly renderers: Readonly<Partial<Record<RendererKind, Renderer>>>
  readonly cache: RenderCache
  /** Bases from elsewhere. Absent: none are allowed. */
  readonly remotes?: Remotes | undefined
  /** Key of the fingerprints that stand for secrets. */
  readonly fingerprintKey: string
  /** Renderings at once, of all that use these renderers. Default: the number of cores. */
  readonly concurrency?: number
}

export interface ChangeRequest {
  /** Commit or tree to compare from and to. */
  readonly base: string
  readonly head: string
  readonly environments: readonly {
    readonly name: string
    readonly targets: readonly string[]
    /** Render every target once one is affected: readiness looks at the whole environment. */
    readonly whole?: boolean
    /** Another environment that is then rendered too: readiness compares images with it. */
    readonly promotesFrom?: string
    /** Take targets from Argo CD and Flux objects as well. */
    readonly discover?: boolean
  }[]
  /** `owner/name` on GitHub, to tell sources in this repository from others. Absent: every source that fits is taken for this one. */
  readonly repository?: string
  /** `all`: render also what is unaffected, for readiness of the whole environment. Default `affected`. */
  readonly render?: 'affected' | 'all'
  /** Digest of the whole rendered head (binding `result`); renders everything. */
  readonly withResult?: boolean
  readonly onProgress?: (done: number, total: number) => void
}

/** A target's change with the digests of its parts. */
interface Judged {
  readonly target: TargetChange
  readonly changes: DigestedChange
  /** Everything at head, where it was asked for: compared with nothing. */
  readonly result: DigestedChange
}

/**
 * What two commits do to each environment. Targets with the same inputs on both sides are unaffected and not rendered. Whatever the
 * commits contain, nothing is thrown for it: a target that cannot be rendered, on whichever side, carries its `error`, and its
 * environment has `failures` and an empty change. Throws only for what is not theirs: `unknown-commit`, `git-failed`.
 */
export async function takeChange(
  parts: ChangeParts,
  request: ChangeRequest,
): Promise<readonly EnvironmentChange[]> {
  const [base, head] = await Promise.all([
    gatherSide(parts.repository, request.base, parts.remotes),
    gatherSide(parts.repository, request.head, parts.remotes),
  ])
  const queue = new RenderQueue(parts)
  const named = await selectTargets(request, base, head)
  const selected = await closeTargets(named, base, head, queue, request.repository)
  const all = [
    ...new Map(selected.flatMap(({ targets }) => targets).map((each) => [each.key, each])).values(),
  ]
  const withResult = request.withResult === true
  const whole = request.render === 'all' || withResult
  const wholly = whollyRendered(request, selected, base, head)
  let done = 0
  const judged = new Map<string, Judged>()
  await Promise.all(
    all.map(async (each) => {
      const how = { whole: whole || wholly.has(each.key), withResult }
      const found = await judgeTarget(parts, queue, each, base, head, how)
      if (found !== undefined) judged.set(each.key, found)
      request.onProgress?.(++done, all.length)
    }),
  )
  return request.environments.map(({ name }, index) => {
    const { targets = [], notEvaluated = [] } = selected[index] ?? {}
    const environment = sumUp(
      name,
      targets.flatMap(({ key }) => judged.get(key) ?? []),
      request.withResult === true,
    )
    return notEvaluated.length === 0 ? environment : { ...environment, notEvaluated }
  })
}

/**
 * Keys of targets that readiness wants rendered though nothing changes in them: those of affected environments whose checklist looks at
 * all of them, and of the environments that those promote from.
 */
function whollyRendered(
  request: ChangeRequest,
  selected: readonly Selection[],
  base: GatheredSide,
  head: GatheredSide,
): ReadonlySet<string> {
  const isAffected = ({ key }: SelectedTarget): boolean =>
    base.sides.get(key)?.closure.digest !== head.sides.get(key)?.closure.digest
  const isWhole = request.environments.map(
    ({ whole }, index) => whole === true && (selected[index]?.targets ?? []).some(isAffected),
  )
  const compared = new Set(
    request.environments.flatMap(({ promotesFrom }, index) =>
      isWhole[index] === true && promotesFrom !== undefined ? [promotesFrom] : [],
    ),
  )
  const chosen = selected.filter(
    (_, index) => isWhole[index] === true || compared.has(request.environments[index]?.name ?? ''),
  )
  return new Set(chosen.flatMap(({ targets }) => targets.map(({ key }) => key)))
}

/** Undefined: a component, or nothing that can be rendered, on both sides. */
async function judgeTarget(
  parts: ChangeParts,
  queue: RenderQueue,
  { key, path, by, file }: SelectedTarget,
  base: GatheredSide,
  head: GatheredSide,
  { whole, withResult }: { readonly whole: boolean; readonly withResult: boolean },
): Promise<Judged | undefined> {
  const [before, after] = [base.sides.get(key), head.sides.get(key)]
  const present = after ?? before
  if (present === undefined) return undefined
  const target = { path, renderer: present.kind, ...(by === undefined ? {} : { by }) }
  const affected = before?.closure.digest !== after?.closure.digest
  if (!affected && !whole)
    return {
      target: { ...target, affected, why: [], change: nothing, base: [], head: [] },
      changes: [],
      result: [],
    }
  const found = affected ? explainAffected(path, withTree(before, base), withTree(after, head)) : []
  // No input changed, so the object did that says how they are rendered.
  const why = found.length === 1 && file !== undefined ? [file, path] : found
  const [from, to] = await Promise.all([queue.render(before, base), queue.render(after, head)])
  const error = to.failure ?? from.failure
  if (error !== undefined)
    return {
      target: { ...target, affected, why, change: nothing, base: from.resources, head: to.resources, error },
      changes: [],
      result: [],
    }
  const changes = affected ? compareOnce(parts, from, to) : []
  const result = withResult ? compareOnce(parts, { resources: [], key: '' }, to) : []
  return {
    target: {
      ...target,
      renderer: to.renderer ?? from.renderer ?? target.renderer,
      affected,
      why,
      change: summarise(changes),
      ...sides(from, to),
    },
    changes,
    result,
  }
}

const nothing = summarise([])

/** Compares two renderings, once for as long as it is remembered. */
function compareOnce(parts: ChangeParts, from: Rendered, to: Rendered): DigestedChange {
  const { comparisons } = memoryOf(parts.renderers)
  const key = JSON.stringify([from.key, to.key, parts.fingerprintKey])
  const known = comparisons.get(key)
  if (known !== undefined) return known
  const changes = compareResources(from.resources, to.resources, parts)
  comparisons.set(key, changes, JSON.stringify(changes).length)
  return changes
}

function sides(from: Rendered, to: Rendered): Pick<TargetChange, 'base' | 'head'> {
  return { base: from.resources, head: to.resources }
}

function withTree(
  side: TargetSide | undefined,
  { mounts }: GatheredSide,
): { closure: TargetSide['closure']; tree: GatheredSide['mounts'] } | undefined {
  return side === undefined ? undefined : { closure: side.closure, tree: mounts }
}

function sumUp(name: string, judged: readonly Judged[], withResult: boolean): EnvironmentChange {
  const targets = judged.map(({ target }) => target)
  const failures = targets.flatMap(({ path, error }) =>
    error === undefined ? [] : [{ ...error, target: path }],
  )
  const change = failures.length > 0 ? nothing : summarise(judged.flatMap(({ changes }) => changes))
  const environment: EnvironmentChange = { name, targets, change, failures }
  if (!withResult || failures.length > 0) return environment
  return { ...environment, resultDigest: summarise(judged.flatMap(({ result }) => result)).digest }
}
