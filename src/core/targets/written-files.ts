import { isScalar, LineCounter, type Document } from 'yaml'
import { fieldLines } from '../change/field-lines.ts'
import { parseManifests } from '../change/parse-manifests.ts'
import {
  documentValue,
  isJsonList,
  isJsonObject,
  readYamlDocuments,
  YamlProblem,
} from '../change/read-yaml.ts'
import type { Json, JsonObject, Resource } from '../change/resource.ts'
import { kustomizationNames } from './describe-kustomization.ts'

/** An input of a target as somebody wrote it. */
export interface WrittenText {
  readonly path: string
  readonly text: string
}

/** One operation of a JSON patch, with its place. https://www.rfc-editor.org/rfc/rfc6902 */
export interface PatchOperation {
  readonly file: string
  readonly line: number
  /** What it is applied to, as far as it is said: a kind, and a pattern of names. */
  readonly kind: string | undefined
  readonly name: string | undefined
  readonly path: string
  readonly value: Json
}

export interface WrittenKustomization {
  readonly file: string
  readonly value: JsonObject
  /** 1-based line of every field. */
  readonly lines: Readonly<Record<string, number>>
}

/** The inputs of a target read with the line of every field: only when somebody asks, for it takes its time. */
export class WrittenFiles {
  readonly #texts: readonly WrittenText[]
  #resources: readonly Resource[] | undefined
  #kustomizations: readonly WrittenKustomization[] | undefined
  #operations: readonly PatchOperation[] | undefined
  readonly #inline: Resource[] = []

  constructor(texts: readonly WrittenText[]) {
    this.#texts = texts
  }

  /** Resources and strategic merge patches, those within kustomizations included. */
  get resources(): readonly Resource[] {
    this.#resources ??= this.#texts.flatMap(({ path, text }) => {
      if (isKustomization(path)) return []
      const parsed = parseManifests(text, { file: path, positions: true, foreign: 'skip' })
      return parsed.ok ? parsed.value : []
    })
    void this.operations
    return this.#inline.length === 0 ? this.#resources : [...this.#resources, ...this.#inline]
  }

  get kustomizations(): readonly WrittenKustomization[] {
    this.#kustomizations ??= this.#texts.flatMap(({ path, text }) => {
      const read = isKustomization(path) ? readPlaced(text) : undefined
      return read === undefined || !isJsonObject(read.value)
        ? []
        : [{ file: path, value: read.value, lines: read.lines }]
    })
    return this.#kustomizations
  }

  /** Operations of JSON patches, in kustomizations and in files of their own. */
  get operations(): readonly PatchOperation[] {
    this.#operations ??= this.#texts.flatMap((each) =>
      isKustomization(each.path) ? this.#patchesOf(each) : [],
    )
    return this.#operations
  }

  #patchesOf({ path, text }: WrittenText): readonly PatchOperation[] {
    const read = readPlaced(text)
    if (read === undefined || !isJsonObject(read.value)) return []
    const { value, document, counter } = read
    return ['patches', 'patchesJson6902', 'patchesStrategicMerge'].flatMap((field) => {
      const list = value[field]
      if (!isJsonList(list)) return []
      return list.flatMap((item, index): readonly PatchOperation[] => {
        const patch = typeof item === 'string' ? { patch: item, path: item } : isJsonObject(item) ? item : {}
        const where = typeof item === 'string' ? [field, index] : [field, index, 'patch']
        const node: unknown = document.getIn(where, true)
        const start = isScalar(node) ? counter.linePos(node.range?.[0] ?? 0).line : 1
        const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
        const target = isJsonObject(patch.target) ? patch.target : {}
        if (typeof patch.path === 'string') {
          const file = joined(path, patch.path)
          const found = this.#texts.find((each) => each.path === file)
          if (found !== undefined) return operationsIn(found.text, file, 0, target)
        }
        if (typeof patch.patch !== 'string' || !patch.patch.includes(':')) return []
        const offset = isBlock ? start : start - 1
        const inline = parseManifests(patch.patch, { file: path, positions: true, foreign: 'skip' })
        if (inline.ok) for (const each of inline.value) this.#inline.push(shifted(each, offset, isBlock))
        return operationsIn(patch.patch, path, offset, target, isBlock)
      })
    })
  }
}

/** A patch within a block scalar keeps its lines; quoted it stands on one. */
function shifted(resource: Resource, offset: number, isBlock: boolean): Resource {
  const { source } = resource
  if (source === undefined) return resource
  const at = (line: number): number => (isBlock ? line + offset : offset + 1)
  const lines = Object.entries(source.lines ?? {}).map(([path, line]) => [path, at(line)] as const)
  return { ...resource, source: { ...source, line: at(source.line), lines: Object.fromEntries(lines) } }
}

function operationsIn(
  text: string,
  file: string,
  offset: number,
  target: JsonObject,
  isBlock = true,
): readonly PatchOperation[] {
  const read = readPlaced(text)
  if (read === undefined || !isJsonList(read.value)) return []
  return read.value.flatMap((item, index) => {
    if (!isJsonObject(item) || typeof item.path !== 'string' || item.op === 'remove') return []
    const line = read.lines[`/${index}`] ?? 1
    return [
      {
        file,
        line: isBlock ? line + offset : offset + 1,
        kind: typeof target.kind === 'string' ? target.kind : undefined,
        name: typeof target.name === 'string' ? target.name : undefined,
        path: item.path,
        value: item.value ?? null,
      },
    ]
  })
}

interface Placed {
  readonly value: Json
  readonly document: Document.Parsed
  readonly counter: LineCounter
  readonly lines: Readonly<Record<string, number>>
}

function readPlaced(text: string): Placed | undefined {
  const counter = new LineCounter()
  try {
    const [document] = readYamlDocuments(text, counter)
    if (document === undefined) return undefined
    return { value: documentValue(document), document, counter, lines: fieldLines(document, counter) }
  } catch (thrown) {
    if (thrown instanceof YamlProblem) return undefined
    throw thrown
  }
}

function isKustomization(path: string): boolean {
  return kustomizationNames.includes(path.slice(path.lastIndexOf('/') + 1))
}

function joined(from: string, relative: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
