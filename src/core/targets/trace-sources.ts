import type { Resource } from '../change/resource.ts'
import { locateField } from './locate-field.ts'
import { WrittenFiles, type WrittenText } from './written-files.ts'

/**
 * Where rendered resources come from: the input that defines the same kind under the same name, or under a name that a prefix or suffix
 * was added to. Patches repeat kind and name, so the fullest definition wins. Without one: the target's own file. `texts` are the inputs,
 * in which fields are looked for when a finding asks.
 */
export function traceSources(
  rendered: readonly Resource[],
  written: readonly Resource[],
  fallback: string,
  texts: readonly WrittenText[] = [],
): readonly Resource[] {
  const files = new WrittenFiles(texts)
  const byKind = new Map<string, { readonly resource: Resource; readonly size: number }[]>()
  for (const resource of written) {
    const known = byKind.get(resource.kind)
    const entry = { resource, size: JSON.stringify(resource.object).length }
    if (known === undefined) byKind.set(resource.kind, [entry])
    else known.push(entry)
  }
  return rendered.map((resource) => {
    const candidates = (byKind.get(resource.kind) ?? []).filter(
      (each) => resource.name.includes(each.resource.name) && each.resource.name !== '',
    )
    const [best] = candidates.sort(
      (a, b) => b.resource.name.length - a.resource.name.length || b.size - a.size,
    )
    const source = best?.resource.source
    const place =
      source === undefined ? { file: fallback, line: 1 } : { file: source.file, line: source.line }
    if (texts.length === 0) return { ...resource, source: place }
    return {
      ...resource,
      source: { ...place, locate: (path: string) => locateField(resource, path, files) },
    }
  })
}
