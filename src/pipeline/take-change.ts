import { compareResources, summarise, type DigestedChange } from '../core/change/compare-renderings.ts'
import { findTargets } from '../core/targets/find-targets.ts'
import { explainAffected } from '../core/targets/explain-affected.ts'
import type { EnvironmentChange, TargetChange } from '../core/targets/target.ts'
import type { RendererKind } from '../core/targets/target.ts'
import type { RenderCache, Renderer } from '../ports/renderer.ts'
import type { Repository } from '../ports/repository.ts'
import { RenderQueue, type Rendered } from './render-queue.ts'
import { gatherSide, type GatheredSide, type TargetSide } from './gather-side.ts'

export interface ChangeParts {
  readonly repository: Repository
  /** Plain manifests need none. */
  readonly renderers: Readonly<Partial<Record<RendererKind, Renderer>>>
  readonly cache: RenderCache
  /** Key of the fingerprints that stand for secrets. */
  readonly fingerprintKey: string
  /** Renderings at once. Default: the number of cores. */
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
  }[]
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
  const globs = request.environments.map(({ targets }) => targets)
  const [base, head] = await Promise.all([
    gatherSide(parts.repository, request.base),
    gatherSide(parts.repository, request.head),
  ])
  const perEnvironment = globs.map((each) => findTargets(each, [base.tree, head.tree]))
  const paths = [...new Set(perEnvironment.flat())]
  await Promise.all([base.close(paths), head.close(paths)])
  const queue = new RenderQueue(parts)
  const all = request.render === 'all' || request.withResult === true
  const isAffected = (path: string): boolean =>
    base.sides.get(path)?.closure.digest !== head.sides.get(path)?.closure.digest
  const isWhole = request.environments.map(
    ({ whole }, index) => whole === true && (perEnvironment[index] ?? []).some(isAffected),
  )
  const compared = new Set(
    request.environments.flatMap(({ promotesFrom }, index) =>
      isWhole[index] === true && promotesFrom !== undefined ? [promotesFrom] : [],
    ),
  )
  const wholly = new Set(
    perEnvironment
      .filter((_, index) => isWhole[index] === true || compared.has(request.environments[index]?.name ?? ''))
      .flat(),
  )
  let done = 0
  const judged = new Map<string, Judged>()
  await Promise.all(
    paths.map(async (path) => {
      const found = await judgeTarget(parts, queue, path, base, head, all || wholly.has(path))
      if (found !== undefined) judged.set(path, found)
      request.onProgress?.(++done, paths.length)
    }),
  )
  return request.environments.map(({ name }, index) =>
    sumUp(
      name,
      (perEnvironment[index] ?? []).flatMap((path) => judged.get(path) ?? []),
      parts.fingerprintKey,
      request.withResult === true,
    ),
  )
}

/** Undefined: a component, or nothing that can be rendered, on both sides. */
async function judgeTarget(
  parts: ChangeParts,
  queue: RenderQueue,
  path: string,
  base: GatheredSide,
  head: GatheredSide,
  all: boolean,
): Promise<Judged | undefined> {
  const [before, after] = [base.sides.get(path), head.sides.get(path)]
  const present = after ?? before
  if (present === undefined) return undefined
  const target = { path, renderer: present.kind }
  const affected = before?.closure.digest !== after?.closure.digest
  if (!affected && !all)
    return { target: { ...target, affected, why: [], change: nothing, base: [], head: [] }, changes: [] }
  const why = affected ? explainAffected(path, withTree(before, base), withTree(after, head)) : []
  const [from, to] = await Promise.all([queue.render(before, base), queue.render(after, head)])
  const error = to.failure ?? from.failure
  if (error !== undefined)
    return {
      target: { ...target, affected, why, change: nothing, base: from.resources, head: to.resources, error },
      changes: [],
    }
  const changes = affected ? compareResources(from.resources, to.resources, parts) : []
  return { target: { ...target, affected, why, change: summarise(changes), ...sides(from, to) }, changes }
}

const nothing = summarise([])

function sides(from: Rendered, to: Rendered): Pick<TargetChange, 'base' | 'head'> {
  return { base: from.resources, head: to.resources }
}

function withTree(
  side: TargetSide | undefined,
  { tree }: GatheredSide,
): { closure: TargetSide['closure']; tree: GatheredSide['tree'] } | undefined {
  return side === undefined ? undefined : { closure: side.closure, tree }
}

function sumUp(
  name: string,
  judged: readonly Judged[],
  fingerprintKey: string,
  withResult: boolean,
): EnvironmentChange {
  const targets = judged.map(({ target }) => target)
  const failures = targets.flatMap(({ path, error }) =>
    error === undefined ? [] : [{ ...error, target: path }],
  )
  const change = failures.length > 0 ? nothing : summarise(judged.flatMap(({ changes }) => changes))
  const environment: EnvironmentChange = { name, targets, change, failures }
  if (!withResult || failures.length > 0) return environment
  const result = targets.flatMap((target) => compareResources([], target.head, { fingerprintKey }))
  return { ...environment, resultDigest: summarise(result).digest }
}
