import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ReadExtended } from '../core/policy/parse.ts'
import { AppError } from '../errors.ts'
import type { CliIo } from './io.ts'

export interface NamedText {
  /** As given on the command line. */
  readonly file: string
  readonly text: string
}

/** Reads a file given on the command line; `-` is standard input. */
export async function readGiven(io: CliIo, file: string): Promise<NamedText> {
  if (file === '-') return { file: 'standard input', text: await io.readStdin() }
  const text = readText(resolve(io.cwd, file))
  if (text === undefined) throw new AppError('bad-input', `${file}: cannot be read; name a file that exists.`)
  return { file, text }
}

/** Text of a file, or undefined when it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Presets from the package, and the policy of the organisation from a file, where one was given. */
export function extendsFromFiles(io: CliIo, org: string | undefined): ReadExtended {
  return (name) => {
    if (name !== 'org') return readPreset(name)
    const text = org === undefined ? undefined : readText(resolve(io.cwd, org))
    return org === undefined || text === undefined ? undefined : { file: org, text }
  }
}

/** A preset that is shipped: `standard` or `regulated`. */
export function readPreset(name: string): NamedText | undefined {
  if (!/^[a-z]+$/.test(name)) return undefined
  const text = readText(join(policiesDirectory(), `${name}.yml`))
  return text === undefined ? undefined : { file: `policies/${name}.yml`, text }
}

/** `policies/` of the package: beside `src` in a checkout, beside `dist` when installed. */
function policiesDirectory(): string {
  let directory = import.meta.dirname
  while (!existsSync(join(directory, 'policies', 'standard.yml'))) {
    const parent = dirname(directory)
    if (parent === directory)
      throw new AppError('bug', 'The presets of Countersign (policies/) are not installed.')
    directory = parent
  }
  return join(directory, 'policies')
}
