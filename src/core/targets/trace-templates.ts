import { pathSegments } from '../change/field-path.ts'
import type { Resource } from '../change/resource.ts'
import { resolveField, type Place } from './locate-field.ts'
import { literalWay, mayBe, templateDocuments, type TemplateDocument } from './template-lines.ts'
import type { WrittenText } from './written-files.ts'

/** The template that Helm names above what it made: `# Source: chart/templates/web.yaml`. Undefined: it names none. */
export function templateOf(document: string): string | undefined {
  // Only Helm writes the first line; what a template itself writes comes after it.
  return /^\s*# Source: (\S+)\r?\n/.exec(document)?.[1]
}

/**
 * Where the resources of a chart come from: their template, and in it the line that writes a field, or the first one of its document.
 * `templates`: what Helm names for each resource. Templates that are not among the inputs stay on `fallback`, the chart's own file.
 */
export function traceTemplates(
  resources: readonly Resource[],
  templates: ReadonlyMap<Resource, string>,
  {
    chart,
    fallback,
    texts,
  }: { readonly chart: string; readonly fallback: string; readonly texts: readonly WrittenText[] },
): readonly Resource[] {
  const byPath = new Map(texts.map((each) => [each.path, each]))
  const documents = new Map<string, readonly TemplateDocument[]>()
  return resources.map((resource) => {
    const named = templates.get(resource)
    // The name of the chart comes first; its directory may be called otherwise.
    const path = `${chart === '.' ? '' : `${chart}/`}${named?.slice(named.indexOf('/') + 1) ?? ''}`
    const template = byPath.get(path)
    if (named === undefined || template === undefined)
      return { ...resource, source: { file: fallback, line: 1 } }
    const read = (): readonly TemplateDocument[] => {
      const known = documents.get(path) ?? templateDocuments(template.text)
      documents.set(path, known)
      return known
    }
    const locate = (field: string): Place => ({ file: path, line: lineIn(read(), resource, field) })
    return { ...resource, source: { file: path, line: 1, locate } }
  })
}

function lineIn(
  documents: readonly TemplateDocument[],
  { object, kind, name }: Resource,
  field: string,
): number {
  const candidates = documents.filter((each) => mayBe(each, kind, name))
  const [document] = candidates
  if (document === undefined || candidates.length > 1) return 1
  const segments = pathSegments(field)
  const values = segments.map((_, index) => resolveField(object, pathTo(field, index + 1))?.value)
  const { line, isWhole } = literalWay(document, segments, values)
  // A field that is rendered and not written here is made elsewhere; one that is absent belongs to what is around it.
  const isAbsent = segments.length > 0 && values.at(-1) === undefined
  return (isWhole || isAbsent ? line : undefined) ?? document.line
}

/** The first so many segments of a path. */
function pathTo(path: string, count: number): string {
  return path
    .split('/')
    .slice(0, count + 1)
    .join('/')
}
