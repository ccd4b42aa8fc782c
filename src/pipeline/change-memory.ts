import { availableParallelism } from 'node:os'
import type { DigestedChange } from '../core/change/compare-renderings.ts'
import type { Resource } from '../core/change/resource.ts'
import type { RendererKind, RenderFailure } from '../core/targets/target.ts'
import type { Renderer } from '../ports/renderer.ts'
import { BoundedMemory } from './bounded-memory.ts'
import type { Rendered } from './render-queue.ts'

/**
 * What judging learned, by content: the deliveries of one pull request ask the same again and again. Keys are digests of inputs, so
 * nothing here ever becomes wrong; weights are characters of text and bound the memory.
 */
export interface ChangeMemory {
  /** Resources of a rendering, by the digest of its inputs and the renderer's version. */
  readonly renderings: BoundedMemory<readonly Resource[]>
  /** Why inputs could not be rendered, and until when (milliseconds since 1970) that is not tried again, by the same key. */
  readonly failures: BoundedMemory<{ readonly failure: RenderFailure; readonly until: number }>
  /** Resources of one document of a rendering, by its text: base and head share most. */
  readonly documents: BoundedMemory<readonly Resource[]>
  /** Resources as people wrote them, by path and blob id. */
  readonly written: BoundedMemory<readonly Resource[]>
  /** Comparisons, by both digests and the fingerprint key. */
  readonly comparisons: BoundedMemory<DigestedChange>
  /** Renderings that are under way, by key: whoever needs the same waits for it. */
  readonly running: Map<string, Promise<Rendered>>
  /** Who waits for a renderer, and how many may start: over all pull requests together. */
  readonly turns: { free: number; readonly waiting: (() => void)[] }
}

const most = {
  renderings: 12_000_000,
  failures: 500_000,
  documents: 4_000_000,
  written: 4_000_000,
  comparisons: 8_000_000,
}

/** `concurrency`: renderings at once. */
export function emptyMemory(concurrency = availableParallelism()): ChangeMemory {
  return {
    renderings: new BoundedMemory(most.renderings),
    failures: new BoundedMemory(most.failures),
    documents: new BoundedMemory(most.documents),
    written: new BoundedMemory(most.written),
    comparisons: new BoundedMemory(most.comparisons),
    running: new Map(),
    turns: { free: concurrency, waiting: [] },
  }
}

const memories = new WeakMap<object, ChangeMemory>()

/** The memory that goes with a set of renderers: shared by all repositories, whose blob ids stand for content everywhere. */
export function memoryOf(
  renderers: Readonly<Partial<Record<RendererKind, Renderer>>>,
  concurrency?: number,
): ChangeMemory {
  const known = memories.get(renderers) ?? emptyMemory(concurrency)
  memories.set(renderers, known)
  return known
}
