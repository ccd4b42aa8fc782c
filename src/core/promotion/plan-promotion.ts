import type { Move } from '../policy/policy.ts'
import { matchesWildcard } from '../judge/wildcard.ts'
import { moveImages } from './move-images.ts'
import { moveValues } from './move-values.ts'
import { pairPaths, type PathPair } from './pair-paths.ts'

/** One thing that a promotion moves. */
export interface Moved {
  /** Name of the image, JSON pointer of the value, or path of the file. */
  readonly what: string
  readonly before: string
  readonly after: string
  /** The file that changes. */
  readonly file: string
}

export interface FileEdit {
  readonly path: string
  /** Null: the file goes. */
  readonly content: string | null
}

export interface PromotionPlan {
  readonly edits: readonly FileEdit[]
  readonly moved: readonly Moved[]
  /** What the policy names and could not be moved, each with its reason. Not empty: nothing may be promoted. */
  readonly problems: readonly { readonly file: string; readonly message: string }[]
}

/** A side of the promotion: which files there are, and their text. Text is needed of the files that `filesToRead` names. */
export interface PromotionSide {
  readonly paths: readonly string[]
  readonly text: (path: string) => string | undefined
}

interface Job extends PathPair {
  readonly move: Move
}

/** Files whose text planning needs: of the side that is promoted from, and of the side that changes. */
export function filesToRead(
  moves: readonly Move[],
  from: readonly string[],
  to: readonly string[],
): { readonly from: readonly string[]; readonly to: readonly string[] } {
  const jobs = listJobs(moves, from, to)
  return { from: [...new Set(jobs.map((job) => job.from))], to: [...new Set(jobs.map((job) => job.to))] }
}

/** What has to be written so that an environment has what the one before it runs; nothing else is touched. */
export function planPromotion(moves: readonly Move[], from: PromotionSide, to: PromotionSide): PromotionPlan {
  const edits = new Map<string, string | null>()
  const moved: Moved[] = []
  const problems: PromotionPlan['problems'][number][] = []
  for (const job of listJobs(moves, from.paths, to.paths)) {
    const pending = edits.get(job.to)
    const source = from.text(job.from)
    const target = pending === undefined ? to.text(job.to) : (pending ?? undefined)
    if (job.move.kind === 'files') {
      if (source === target) continue
      edits.set(job.to, source ?? null)
      moved.push({ what: job.to, before: describe(target), after: describe(source), file: job.to })
      continue
    }
    if (source === undefined || target === undefined) {
      const file = source === undefined ? job.from : job.to
      problems.push({ file, message: 'there is no such file' })
      continue
    }
    const result =
      job.move.kind === 'images'
        ? moveImages(source, target, job.move.what)
        : moveValues(source, target, job.move.what)
    if ('problem' in result) {
      problems.push({ file: job.to, message: result.problem })
      continue
    }
    if (result.text === target) continue
    edits.set(job.to, result.text)
    moved.push(...result.moved.map((each) => ({ ...each, file: job.to })))
  }
  return { edits: [...edits].map(([path, content]) => ({ path, content })), moved, problems }
}

function listJobs(moves: readonly Move[], from: readonly string[], to: readonly string[]): readonly Job[] {
  return moves.flatMap((move): Job[] => {
    if (move.kind !== 'files') return pairPaths(move.from, move.to, from).map((pair) => ({ ...pair, move }))
    // Both sides: a file that is gone before goes here too.
    const directories = pairPaths(move.from, move.to, directoriesOf(from))
    return directories.flatMap((pair) => {
      const names = new Set(
        [...namesIn(from, pair.from), ...namesIn(to, pair.to)].filter((name) =>
          move.what.some((pattern) => matchesWildcard(pattern, name)),
        ),
      )
      return [...names]
        .sort()
        .map((name) => ({ from: `${pair.from}/${name}`, to: `${pair.to}/${name}`, move }))
    })
  })
}

function directoriesOf(paths: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/')
    for (let length = 1; length < parts.length; length++) found.add(parts.slice(0, length).join('/'))
  }
  return [...found]
}

function namesIn(paths: readonly string[], directory: string): readonly string[] {
  const prefix = `${directory.replace(/\/+$/, '')}/`
  return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length))
}

function describe(text: string | undefined): string {
  if (text === undefined) return 'no file'
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return `${lines} ${lines === 1 ? 'line' : 'lines'}`
}
