import type { Json, ResourceIdentity } from './resource.ts'

/** What kind of thing changes; a policy's rules name the classes they guard. */
export const changeClasses = [
  'image',
  'config',
  'scale',
  'secret',
  'rbac',
  'network',
  'crd',
  'storage',
  'delete',
] as const
export type ChangeClass = (typeof changeClasses)[number]

export type Severity = 'danger' | 'warning' | 'advice'

/** A consequence that deserves a second look, in words. */
export interface Risk {
  /** Stable word, public: `selector-immutable`. */
  readonly id: string
  readonly severity: Severity
  readonly message: string
}

/** One field that differs. An absent side is an absent key. Secret values are fingerprints, never values. */
export interface FieldChange {
  /**
   * JSON Pointer whose list items are named by merge key where they have one: `/spec/containers/[name=app]/image`. Below a text that is
   * YAML, JSON or properties it goes on within the text: `/data/app.yaml/server/port`.
   */
  readonly path: string
  readonly before?: Json | undefined
  readonly after?: Json | undefined
  /** Which filter of noise.ts takes it for noise: folded where people read, counted and signed like everything else. */
  readonly noise?: string | undefined
}

export type ResourceAction = 'added' | 'removed' | 'changed'

/** The difference of one resource between two renderings. */
export interface ResourceChange extends ResourceIdentity {
  readonly action: ResourceAction
  /** The name before, where a generated name got a new hash or a resource was recognised as renamed. */
  readonly previousName?: string | undefined
  readonly classes: readonly ChangeClass[]
  readonly risks: readonly Risk[]
  readonly changes: readonly FieldChange[]
}

/** The semantic difference of two renderings. Public: the JSON of `countersign diff`. */
export interface Change {
  /** `sha256:…` over resource identity, field path, before and after with their real values; the same change has the same digest. */
  readonly digest: string
  /** Union over resources, in the order of `changeClasses`. */
  readonly classes: readonly ChangeClass[]
  /** Sorted by kind, namespace, name. */
  readonly resources: readonly ResourceChange[]
}
