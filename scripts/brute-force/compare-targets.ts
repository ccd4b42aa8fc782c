import { isDeepStrictEqual } from 'node:util'
import { parseAllDocuments } from 'yaml'
import type { TargetChange } from '../../src/core/targets/target.ts'
import type { RenderedDirectory, Rendering } from './render-everything.ts'

export interface Verdict {
  /** Directories that were compared. */
  readonly targets: number
  /** Of these, those whose rendering is another text. */
  readonly affected: number
  /** Resources that the plain comparison finds changed. */
  readonly resources: number
  readonly explained: readonly string[]
  readonly different: readonly string[]
}

/** Compares what Countersign found with both renderings of everything, target by target and resource by resource. */
export function compareTargets(before: Rendering, after: Rendering, found: readonly TargetChange[]): Verdict {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  const explained: string[] = []
  const different: string[] = []
  let [affected, resources] = [0, 0]
  for (const path of paths) {
    const [from, to] = [before.get(path), after.get(path)]
    const target = found.find((each) => each.path === path)
    const failure = [to, from].flatMap((side) =>
      side !== undefined && 'failure' in side ? [side.failure] : [],
    )[0]
    if (failure !== undefined) {
      if (target === undefined) different.push(`${path}: fails (${failure}), and was not found`)
      else if (target.affected && target.error === undefined)
        different.push(`${path}: fails (${failure}), and was rendered`)
      continue
    }
    const isEqual = isSameText(from, to)
    if (!isEqual) affected++
    if (target === undefined) {
      different.push(`${path}: was not found`)
      continue
    }
    if (!isEqual && !target.affected) different.push(`${path}: renders differently, and is called unaffected`)
    if (target.error !== undefined) {
      const words = `${path}: renders, and was refused: ${target.error.code} ${target.error.message}`
      if (/^(?:remote|input)-refused$/.test(target.error.code)) explained.push(words)
      else different.push(words)
      continue
    }
    const [old, now] = [resourcesOf(from), resourcesOf(to)]
    const chance = volatile(from, to)
    if (chance.size > 0) explained.push(`${path}: ${chance.size} resources come out differently each time`)
    const wanted = new Set(
      [...old.keys(), ...now.keys()].filter(
        (id) => !chance.has(id) && !isDeepStrictEqual(old.get(id), now.get(id)),
      ),
    )
    resources += wanted.size
    const shown = new Set(
      target.change.resources.flatMap(({ apiVersion, kind, namespace, name, previousName }) =>
        [name, ...(previousName === undefined ? [] : [previousName])].map((each) =>
          identity({ apiVersion, kind, metadata: { namespace, name: each } }),
        ),
      ),
    )
    for (const id of wanted)
      if (!shown.has(id)) {
        // Quantities and durations of the same amount are the only differences that are left out.
        const words = `${path}: ${id} differs in spelling only`
        if (sameAmounts(old.get(id), now.get(id))) explained.push(words)
        else different.push(`${path}: ${id} differs, and is not shown`)
      }
    for (const id of shown)
      if (!wanted.has(id) && !(chance.size > 0 && id.includes('random')))
        different.push(`${path}: ${id} is shown, and does not differ`)
  }
  for (const { path, affected: isAffected } of found)
    if (isAffected && !paths.includes(path)) different.push(`${path}: was found, and cannot be rendered`)
  return { targets: paths.length, affected, resources, explained, different }
}

/** The same text, or one that came out as differently as it does without any change. */
function isSameText(from: RenderedDirectory | undefined, to: RenderedDirectory | undefined): boolean {
  const chance = volatile(from, to)
  const stable = (side: RenderedDirectory | undefined): unknown =>
    [...resourcesOf(side)].filter(([id]) => !chance.has(id))
  return chance.size === 0 ? isDeepStrictEqual(from, to) : isDeepStrictEqual(stable(from), stable(to))
}

/** Resources that are not the same in two runs over the same files. */
function volatile(...sides: readonly (RenderedDirectory | undefined)[]): ReadonlySet<string> {
  return new Set(
    sides.flatMap((side) => {
      if (side === undefined || 'failure' in side || side.again === undefined) return []
      const [one, two] = [resourcesOf(side), resourcesOf({ text: side.again })]
      return [...one.keys(), ...two.keys()].filter((id) => !isDeepStrictEqual(one.get(id), two.get(id)))
    }),
  )
}

interface Manifest {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: {
    readonly namespace?: string | undefined
    readonly name?: string
    readonly generateName?: string
  }
  readonly items?: readonly Manifest[]
}

function identity({ apiVersion, kind, metadata }: Manifest): string {
  // The versions of a group are spellings of one object.
  const group = apiVersion?.includes('/') === true ? apiVersion.split('/')[0] : ''
  return `${group ?? ''} ${kind ?? ''} ${metadata?.namespace ?? ''}/${metadata?.name ?? `${metadata?.generateName ?? ''}*`}`
}

/** Objects by identity; two of the same one after the other. */
function resourcesOf(side: RenderedDirectory | undefined): Map<string, unknown[]> {
  const found = new Map<string, unknown[]>()
  if (side === undefined || 'failure' in side) return found
  const add = (read: unknown): void => {
    if (typeof read !== 'object' || read === null) return
    const value = read as Manifest
    if (value.kind === undefined) return
    if (value.kind.endsWith('List') && Array.isArray(value.items)) for (const item of value.items) add(item)
    else found.set(identity(value), [...(found.get(identity(value)) ?? []), value])
  }
  for (const document of parseAllDocuments(side.text, { version: '1.1', logLevel: 'silent' }))
    add(document.toJS())
  return found
}

/** Equal once every text that is a number with a unit is written without it. */
function sameAmounts(a: unknown, b: unknown): boolean {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'string' || typeof value === 'number' ? amount(String(value)) : value
  return JSON.stringify(a, plain) === JSON.stringify(b, plain)
}

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  s: 1,
  h: 3600,
}

function amount(text: string): string {
  const found = /^(\d+(?:\.\d+)?)([A-Za-z]{0,2})$/.exec(text)
  const unit = units[found?.[2] ?? '-']
  return found === null || unit === undefined ? text : String(Number(found[1]) * unit)
}
