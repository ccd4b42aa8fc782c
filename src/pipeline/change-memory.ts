import type { DigestedChange } from '../core/change/compare-renderings.ts'
import type { Resource } from '../core/change/resource.ts'
import type { RendererKind } from '../core/targets/target.ts'
import type { Renderer } from '../ports/renderer.ts'
import { BoundedMemory } from './bounded-memory.ts'

/**
 * What judging learned, by content: the deliveries of one pull request ask the same again and again. Keys are digests of inputs, so
 * nothing here ever becomes wrong; weights are characters of text and bound the memory.
 */
export interface ChangeMemory {
  /** Resources of a rendering, by the digest of its inputs and the renderer's version. */
  readonly renderings: BoundedMemory<readonly Resource[]>
  /** Resources of one document of a rendering, by its text: base and head share most. */
  readonly documents: BoundedMemory<readonly Resource[]>
  /** Resources as people wrote them, by path and blob id. */
  readonly written: BoundedMemory<readonly Resource[]>
  /** Comparisons, by both digests and the fingerprint key. */
  readonly comparisons: BoundedMemory<DigestedChange>
}

const most = { renderings: 12_000_000, documents: 4_000_000, written: 4_000_000, comparisons: 8_000_000 }

export function emptyMemory(): ChangeMemory {
  return {
    renderings: new BoundedMemory(most.renderings),
    documents: new BoundedMemory(most.documents),
    written: new BoundedMemory(most.written),
    comparisons: new BoundedMemory(most.comparisons),
  }
}

const memories = new WeakMap<object, ChangeMemory>()

/** The memory that goes with a set of renderers: shared by all repositories, whose blob ids stand for content everywhere. */
export function memoryOf(renderers: Readonly<Partial<Record<RendererKind, Renderer>>>): ChangeMemory {
  const known = memories.get(renderers) ?? emptyMemory()
  memories.set(renderers, known)
  return known
}
