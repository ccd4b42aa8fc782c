import { keyedItem, pathSegments } from '../change/field-path.ts'
import { mergeKeyOf } from '../change/merge-keys.ts'
import { isJsonList, isJsonObject } from '../change/read-yaml.ts'
import { sameJson } from '../change/same-json.ts'
import type { Json, JsonObject, Resource } from '../change/resource.ts'
import type { PatchOperation, WrittenFiles, WrittenKustomization } from './written-files.ts'

export interface Place {
  readonly file: string
  readonly line: number
}

/**
 * Where a field of a rendered resource is written: the transformer, patch or document that gives it its value; for a field that is
 * absent, or a map, the closest one around it. Undefined: what gives it its value was not found, and no line would be right.
 */
export function locateField(rendered: Resource, path: string, written: WrittenFiles): Place | undefined {
  const found = resolveField(rendered.object, path)
  const documents = documentsOf(rendered, written)
  const operation =
    found && written.operations.findLast((each) => isSetBy(each, rendered, found.pointer, found.value))
  if (found === undefined || typeof found.value === 'object') {
    if (operation !== undefined) return { file: operation.file, line: operation.line }
    return closest(path, documents) ?? generatorOf(rendered, written.kustomizations)
  }
  const { value } = found
  const setter = transformerOf(rendered, path, value, written.kustomizations) ?? operation
  if (setter !== undefined) return { file: setter.file, line: setter.line }
  // Patches come after the definition, and the last one wins.
  for (const document of documents.toReversed()) {
    const line = document.source?.lines?.[path]
    if (line === undefined || document.source === undefined) continue
    const own = resolveField(document.object, path)
    if (own !== undefined && sameJson(own.value, value)) return { file: document.source.file, line }
  }
  return generatorOf(rendered, written.kustomizations)
}

/** The definition of a resource first, then its patches: documents of its kind and name, a prefix or suffix left aside. */
function documentsOf({ kind, name }: Resource, { resources }: WrittenFiles): readonly Resource[] {
  const named = resources.filter((each) => each.kind === kind && each.name !== '' && name.includes(each.name))
  const longest = Math.max(0, ...named.map((each) => each.name.length))
  return named
    .filter((each) => each.name.length === longest)
    .map((each) => ({ each, size: JSON.stringify(each.object).length }))
    .sort((a, b) => b.size - a.size)
    .map(({ each }) => each)
}

function closest(path: string, documents: readonly Resource[]): Place | undefined {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/')))
    for (const { source } of documents) {
      const line = source?.lines?.[at]
      if (source !== undefined && line !== undefined) return { file: source.file, line }
    }
  const [definition] = documents
  return definition?.source === undefined
    ? undefined
    : { file: definition.source.file, line: definition.source.line }
}

/** `images`, `replicas` and `namespace` of a kustomization. */
function transformerOf(
  { name }: Resource,
  path: string,
  value: Json,
  kustomizations: readonly WrittenKustomization[],
): Place | undefined {
  for (const { file, value: kustomization, lines } of kustomizations) {
    const placed = (field: string, index: number): Place => ({
      file,
      line: lines[itemPath(kustomization, field, index)] ?? lines[`/${field}`] ?? 1,
    })
    if (path === '/metadata/namespace' && kustomization.namespace === value)
      return { file, line: lines['/namespace'] ?? 1 }
    if (path === '/spec/replicas') {
      const index = listOf(kustomization.replicas).findIndex(
        (each) => each.count === value && typeof each.name === 'string' && name.includes(each.name),
      )
      if (index >= 0) return placed('replicas', index)
    }
    if (path.endsWith('/image') && typeof value === 'string') {
      const index = listOf(kustomization.images).findIndex((each) => makesImage(each, value))
      if (index >= 0) return placed('images', index)
    }
  }
  return undefined
}

function makesImage({ name, newName, newTag, digest }: JsonObject, image: string): boolean {
  const repository = typeof newName === 'string' ? newName : name
  if (typeof repository !== 'string') return false
  const tag = typeof newTag === 'string' || typeof newTag === 'number' ? `:${newTag}` : ''
  const pinned = typeof digest === 'string' ? `@${digest}` : ''
  if (tag === '' && pinned === '') return newName !== undefined && image.startsWith(`${repository}:`)
  return image === `${repository}${tag}${pinned}` || image === `${repository}${pinned || tag}`
}

function generatorOf(
  { kind, name }: Resource,
  kustomizations: readonly WrittenKustomization[],
): Place | undefined {
  const field = kind === 'ConfigMap' ? 'configMapGenerator' : kind === 'Secret' ? 'secretGenerator' : ''
  for (const { file, value, lines } of kustomizations) {
    const index = listOf(value[field]).findIndex(
      (each) => typeof each.name === 'string' && (name === each.name || name.includes(`${each.name}-`)),
    )
    if (index >= 0) return { file, line: lines[itemPath(value, field, index)] ?? lines[`/${field}`] ?? 1 }
  }
  return undefined
}

function isSetBy(
  { kind, name, path, value }: PatchOperation,
  rendered: Resource,
  pointer: readonly string[],
  wanted: Json,
): boolean {
  if (kind !== undefined && kind !== rendered.kind) return false
  if (name !== undefined && !rendered.name.includes(name.replace(/^\^|\$$|\.\*/g, ''))) return false
  const at = pathSegments(path)
  if (at.length > pointer.length) return false
  const isInside = at.every(
    (segment, index) => segment === pointer[index] || (segment === '-' && index === at.length - 1),
  )
  if (!isInside) return false
  let inner: Json | undefined = value
  for (const segment of pointer.slice(at.length)) inner = child(inner, segment)
  return inner !== undefined && sameJson(inner, wanted)
}

/** A value by its field path, and the way there with positions instead of merge keys. */
export function resolveField(
  object: JsonObject,
  path: string,
): { readonly value: Json; readonly pointer: readonly string[] } | undefined {
  let value: Json | undefined = object
  let field = ''
  const pointer: string[] = []
  for (const segment of pathSegments(path)) {
    if (isJsonList(value)) {
      const index = positionOf(value, field, segment)
      value = value[index]
      pointer.push(String(index))
    } else {
      value = child(value, segment)
      pointer.push(segment)
      field = segment
    }
    if (value === undefined) return undefined
  }
  return { value, pointer }
}

function positionOf(list: readonly Json[], field: string, segment: string): number {
  if (!segment.startsWith('[')) return Number(segment)
  const key = mergeKeyOf(field, [list])
  if (key === undefined) return -1
  return list.findIndex(
    (item) => isJsonObject(item) && pathSegments(keyedItem('', key, item)).at(-1) === segment,
  )
}

function child(value: Json | undefined, name: string): Json | undefined {
  if (isJsonList(value)) return value[Number(name)]
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonList(value) ? value.map((item) => (isJsonObject(item) ? item : {})) : []
}

function itemPath(kustomization: JsonObject, field: string, index: number): string {
  const value = kustomization[field]
  const list = isJsonList(value) ? value : []
  const key = mergeKeyOf(field, [list])
  const item = list[index]
  return key !== undefined && isJsonObject(item) ? keyedItem(`/${field}`, key, item) : `/${field}/${index}`
}
