import { createHash } from 'node:crypto'
import { canonicalJson } from '../../change/canonical-json.ts'
import type { Json, JsonObject } from '../../change/resource.ts'
import type { NodeKind } from '../node.ts'

/** How a deployer renders a directory, beyond what lies in it. */
export interface Recipe {
  /** Fields put into the directory's kustomization, as Flux and Argo CD do before they build it. */
  readonly kustomization?: JsonObject | undefined
  readonly helm?: HelmRecipe | undefined
  /** Which manifests of a plain directory are applied. */
  readonly directory?:
    { readonly recurse: boolean; readonly include: string; readonly exclude: string } | undefined
  /** One manifest: an object that stands in a file nobody applies from this repository. */
  readonly file?: string | undefined
  /** Variables that Flux writes into what was rendered. https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution */
  readonly substitute?: Readonly<Record<string, string>> | undefined
  /** Some variables are not known here: what has no value stays as it is written. */
  readonly keepUnknown?: boolean | undefined
}

export interface HelmRecipe {
  readonly releaseName: string
  readonly namespace?: string | undefined
  /** Paths relative to the repository, the weakest first. */
  readonly valueFiles: readonly string[]
  /** Values written in the object itself, stronger than files; the weakest first. */
  readonly values: readonly Json[]
  /** `--set` and `--set-string`. */
  readonly parameters: readonly { readonly name: string; readonly value: string; readonly text: boolean }[]
}

/** A target that an object in the repository declares. */
export interface DiscoveredTarget {
  readonly path: string
  readonly kind: NodeKind
  readonly recipe: Recipe
  /** `Application argocd/web`: what declares it. */
  readonly by: string
  /** Where that stands. */
  readonly file: string
}

/** An object, or a part of one, that is not known from this repository. */
export interface NotEvaluatedObject {
  readonly by: string
  readonly file: string
  readonly reason: string
  /** The directory that it applies, where it is one of this repository. */
  readonly path?: string | undefined
}

/** What the objects of a repository declare, and what of it could not be found out. */
export interface Discovery {
  readonly targets: readonly DiscoveredTarget[]
  /** Objects that declare something which is not known here, each with the reason. */
  readonly notEvaluated: readonly NotEvaluatedObject[]
}

/** The same target on both sides: the same object and directory. */
export function targetKey({ path, by }: DiscoveredTarget): string {
  return JSON.stringify([path, by])
}

export function recipeDigest(recipe: Recipe): string {
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(recipe)) as Json))
    .digest('hex')
}
