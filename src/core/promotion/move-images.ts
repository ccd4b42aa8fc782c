import { parse } from 'yaml'
import { matchesWildcard } from '../judge/wildcard.ts'
import { removeKey, setScalar, type EditProblem } from './edit-yaml.ts'
import type { Moved } from './plan-promotion.ts'

/** https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/ */
interface ImageEntry {
  readonly name: string
  readonly newName?: string
  readonly newTag?: string
  readonly digest?: string
}

const keys = ['newName', 'newTag', 'digest'] as const

/** A kustomization with the tags and digests of another one, for the images that match. Images that only one of them names are left alone, and said. */
export function moveImages(
  source: string,
  target: string,
  patterns: readonly string[],
): { readonly text: string; readonly moved: readonly Omit<Moved, 'file'>[] } | EditProblem {
  const [from, to] = [readImages(source), readImages(target)]
  if ('problem' in from) return from
  if ('problem' in to) return to
  let text = target
  const moved: Omit<Moved, 'file'>[] = []
  for (const image of from.images) {
    if (!patterns.some((pattern) => matchesWildcard(pattern, image.name))) continue
    const index = to.images.findIndex(({ name }) => name === image.name)
    const entry = to.images[index]
    if (entry === undefined)
      return {
        problem: `its images do not name ${image.name}; add an entry for it, so that it can be promoted`,
      }
    const edited = moveEntry(text, index, image, entry)
    if (typeof edited !== 'string') return edited
    if (edited !== text) moved.push({ what: image.name, before: describe(entry), after: describe(image) })
    text = edited
  }
  return { text, moved }
}

function moveEntry(text: string, index: number, from: ImageEntry, to: ImageEntry): string | EditProblem {
  let edited = text
  // What is set comes first, so that an entry is never left with nothing but its name in between.
  for (const key of [...keys].sort((a) => (from[a] === undefined ? 1 : -1))) {
    if (from[key] === to[key]) continue
    const value = from[key]
    const path = ['images', index, key]
    const result = value === undefined ? removeKey(edited, path) : setScalar(edited, path, value)
    if (typeof result !== 'string') return result
    edited = result
  }
  return edited
}

function readImages(text: string): { readonly images: readonly ImageEntry[] } | EditProblem {
  let value: unknown
  try {
    value = parse(text, { maxAliasCount: 100 })
  } catch {
    return { problem: 'it is no YAML that can be read' }
  }
  const images = (value as { readonly images?: unknown } | null)?.images ?? []
  if (!Array.isArray(images)) return { problem: 'its images are no list' }
  const entries: ImageEntry[] = []
  for (const each of images as readonly Readonly<Record<string, unknown>>[]) {
    const entry: Record<string, string> = {}
    for (const key of ['name', ...keys]) {
      const found = each?.[key]
      if (typeof found === 'string') entry[key] = found
      // `newTag: 1.10` is a number for YAML; kustomize asks for a string, and so do we.
      else if (found !== undefined) return { problem: `${key} of an image is not a string; put it in quotes` }
    }
    if (entry.name === undefined) return { problem: 'an image has no name' }
    entries.push(entry as unknown as ImageEntry)
  }
  return { images: entries }
}

function describe({ newName, newTag, digest }: ImageEntry): string {
  const name = newName ?? ''
  const tag = newTag === undefined ? '' : `:${newTag}`
  const pin = digest === undefined ? '' : `@${digest}`
  return `${name}${tag}${pin}`.replace(/^:/, '') || 'as in its manifests'
}
