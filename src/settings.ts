import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The only reader of the environment. docs/operations.md lists the same names.
 */
export interface Settings {
  /** Where caches, mirrors and the embedded database live. COUNTERSIGN_HOME, else `~/.cache/countersign`. */
  readonly home: string
  /** PATH, for finding git, kubectl, kustomize, helm. */
  readonly path: string
  readonly color: boolean
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return {
    home: env.COUNTERSIGN_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign'),
    path: env.PATH ?? '',
    color: env.NO_COLOR === undefined && env.TERM !== 'dumb',
  }
}
