import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadExtended } from '../../src/core/policy/parse.ts'

export const projectRoot = join(import.meta.dirname, '..', '..')

/** Presets of the project, and no organisation. */
export const presets: ReadExtended = (name) =>
  name === 'org'
    ? undefined
    : {
        file: `policies/${name}.yml`,
        text: readFileSync(join(projectRoot, 'policies', `${name}.yml`), 'utf8'),
      }
