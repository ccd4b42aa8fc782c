import type { FieldChange, ResourceChange } from './change.ts'

/** A field whose new value follows from something else that is shown, and says nothing by itself. */
interface NoiseFilter {
  /** Stable word, public: `chart-label`. */
  readonly id: string
  /** Its name in "12 changes of …". */
  readonly what: string
  readonly path: RegExp
}

const metadata = String.raw`^(?:/spec/(?:template|jobTemplate|jobTemplate/spec/template))?/metadata`

/**
 * What counts as noise, all of it. Noise is folded and counted, never dropped: it stays in the JSON, in the classes, in what has to be
 * signed and in the digest. Only a value that becomes another one is noise; a field that comes or goes is not.
 */
export const noiseFilters: readonly NoiseFilter[] = [
  {
    id: 'chart-label',
    what: 'chart labels',
    path: new RegExp(`${metadata}/labels/(?:helm\\.sh~1chart|chart)$`),
  },
  {
    id: 'version-label',
    what: 'version labels',
    path: new RegExp(`${metadata}/labels/app\\.kubernetes\\.io~1version$`),
  },
  {
    id: 'managed-by-label',
    what: 'managed-by labels',
    path: new RegExp(`${metadata}/labels/(?:app\\.kubernetes\\.io~1managed-by|heritage)$`),
  },
  {
    id: 'checksum-annotation',
    what: 'checksum annotations',
    path: new RegExp(`${metadata}/annotations/checksum~1[^/]+$`),
  },
  {
    id: 'last-applied',
    what: 'last-applied annotations',
    path: new RegExp(`${metadata}/annotations/kubectl\\.kubernetes\\.io~1last-applied-configuration$`),
  },
]

/** Which filter takes a field for noise; undefined: none does. */
export function noiseOf({ path, before, after }: FieldChange): string | undefined {
  if (before === undefined || after === undefined) return undefined
  return noiseFilters.find((filter) => filter.path.test(path))?.id
}

/** Resources without their noise, and how much of it there is. */
export interface Folded {
  /** Resources that differ in more than noise; their `changes` are without it. */
  readonly resources: readonly ResourceChange[]
  /** Resources that differ in nothing else. */
  readonly onlyNoise: readonly ResourceChange[]
  /** `chart labels` and in how many fields, the most first. */
  readonly counts: readonly { readonly what: string; readonly fields: number }[]
}

export function foldNoise(resources: readonly ResourceChange[]): Folded {
  const fields = new Map<string, number>()
  const onlyNoise: ResourceChange[] = []
  const others = resources.flatMap((resource): readonly ResourceChange[] => {
    if (resource.changes.every(({ noise }) => noise === undefined)) return [resource]
    for (const { noise } of resource.changes)
      if (noise !== undefined) fields.set(noise, (fields.get(noise) ?? 0) + 1)
    const changes = resource.changes.filter(({ noise }) => noise === undefined)
    if (changes.length > 0) return [{ ...resource, changes }]
    onlyNoise.push(resource)
    return []
  })
  const counts = [...fields]
    .map(([id, count]) => ({ what: noiseFilters.find((each) => each.id === id)?.what ?? id, fields: count }))
    .sort((a, b) => b.fields - a.fields || (a.what < b.what ? -1 : 1))
  return { resources: others, onlyNoise, counts }
}

/** `3 resources differ in noise only (chart labels 3, checksum annotations 1)`; undefined where nothing was folded. */
export function noiseWords({ onlyNoise, counts }: Folded): string | undefined {
  if (counts.length === 0) return undefined
  const list = counts.map(({ what, fields }) => `${what} ${fields}`).join(', ')
  const whole = onlyNoise.length
  if (whole === 0) return `folded as noise: ${list}`
  return `${whole} ${whole === 1 ? 'resource differs' : 'resources differ'} in noise only; folded: ${list}`
}
