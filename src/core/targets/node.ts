import type { RenderFailure } from './target.ts'

/** What a renderer reads as one piece: a directory with a kustomization, a chart, or plain manifests. */
export type NodeKind = 'kustomize' | 'helm' | 'plain'

export interface NodeName {
  readonly kind: NodeKind
  /** Directory; `.` is the root. */
  readonly path: string
}

/** A node and what it names. */
export interface InputNode extends NodeName {
  /** Files that it reads itself, symlinks on the way included. */
  readonly inputs: readonly string[]
  readonly children: readonly NodeName[]
  /** What makes rendering impossible or forbidden, found before anything is rendered. */
  readonly failures: readonly RenderFailure[]
  /** Names that lead to nothing: no failure yet, but the words for one when the renderer stumbles. */
  readonly missing: readonly RenderFailure[]
  /** Inputs that only a template of ytt reads: no manifests of the directory itself. */
  readonly beside?: readonly string[] | undefined
  /** `kind: Component`: part of others, never applied by itself. */
  readonly component: boolean
  /** Names of directories in repositories elsewhere, as written, and where those are laid out. */
  readonly remotes?: readonly { readonly name: string; readonly path: string }[] | undefined
  /** A kustomization that may change what its resources say, beyond labels and annotations. */
  readonly transforms?: boolean | undefined
  /** It inflates charts that lie in the repository: kustomize needs helm. */
  readonly charts: boolean
}

export function nodeKey({ kind, path }: NodeName): string {
  return `${kind}:${path}`
}
