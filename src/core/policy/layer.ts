import type { PolicyFile } from './schema.ts'
import type { PathSegment, YamlSource } from './yaml-source.ts'

/** One policy file of those that make a policy: a preset, the organisation's, or the repository's own. */
export interface Layer {
  readonly source: YamlSource
  readonly raw: PolicyFile
  /** Where the policy starts in the file: empty, or the place of an inline policy. */
  readonly prefix: readonly PathSegment[]
}
