import type { Change } from '../change/change.ts'
import type { Resource } from '../change/resource.ts'

export type RendererKind = 'kustomize' | 'helm' | 'plain' | 'ytt'

/** A directory, with its renderer and parameters, that a deployer applies. */
export interface Target {
  /** Directory relative to the repository; `.` is the root. */
  readonly path: string
  readonly renderer: RendererKind
  /** The object that declares it, where it was discovered: `Application argocd/web`. */
  readonly by?: string | undefined
}

/** Why a target could not be rendered, readable, with its place where known. */
export interface RenderFailure {
  /** Stable word from the error catalogue: `render-failed`, `remote-refused`, `input-refused`, … */
  readonly code: string
  readonly message: string
  readonly file?: string | undefined
  readonly line?: number | undefined
}

/** One target of an environment, compared between two commits. */
export interface TargetChange extends Target {
  /** False: every input is the same on both sides; nothing was rendered. */
  readonly affected: boolean
  /** From the changed file to the target: `[deploy/bases/a/deployment.yaml, deploy/bases/a, deploy/overlays/production]`. Empty when unaffected. */
  readonly why: readonly string[]
  readonly change: Change
  /** Renderings, for readiness; empty where nothing had to be rendered. */
  readonly base: readonly Resource[]
  readonly head: readonly Resource[]
  readonly error?: RenderFailure | undefined
}

/** What a pair of commits does to one environment. */
export interface EnvironmentChange {
  readonly name: string
  readonly targets: readonly TargetChange[]
  /** All targets together. An environment whose targets fail to render has an empty change and `failures`. */
  readonly change: Change
  /** Digest of the whole rendered head of all targets (binding `result`): `sha256:…`. Absent when it was not asked for. */
  readonly resultDigest?: string | undefined
  readonly failures: readonly (RenderFailure & { readonly target: string })[]
  /** Objects at head that apply something which is not known from this repository, each with the reason. Absent: none. */
  readonly notEvaluated?:
    readonly { readonly by: string; readonly file: string; readonly reason: string }[] | undefined
}
