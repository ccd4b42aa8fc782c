/** A JSON value, as it comes out of a manifest. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** What makes two resources the same one: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export interface ResourceIdentity {
  readonly apiVersion: string
  readonly kind: string
  /** Absent when the manifest names none; never filled in with `default`. */
  readonly namespace?: string | undefined
  readonly name: string
}

/** Where a rendered resource comes from, as far as it could be traced. */
export interface ResourceSource {
  /** Path relative to the repository (or as given on the command line). */
  readonly file: string
  /** 1-based line where the resource starts in `file`. */
  readonly line: number
  /**
   * 1-based line of each field by its path (`/spec/template/spec/containers/[name=app]/image`), where the resource stands
   * in `file` as rendered. Absent when a renderer has transformed it and lines can no longer be known.
   */
  readonly lines?: Readonly<Record<string, number>> | undefined
  /** Finds where a field is written, through what the renderer did; undefined where no line would be right. Slow: for findings. */
  readonly locate?:
    ((path: string) => { readonly file: string; readonly line: number } | undefined) | undefined
}

/** One Kubernetes object of a rendering. */
export interface Resource extends ResourceIdentity {
  /** The whole object, as parsed. */
  readonly object: JsonObject
  readonly source?: ResourceSource | undefined
}
