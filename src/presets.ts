import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The presets that a policy may extend, as shipped in policies/. Undefined: there is no such preset. */
export function readPreset(name: string): { readonly file: string; readonly text: string } | undefined {
  if (name !== 'standard' && name !== 'regulated') return undefined
  const file = `policies/${name}.yml`
  return { file, text: readFileSync(shipped(file), 'utf8') }
}

/** A file shipped beside the sources: two folders up once compiled into dist/src. */
export function shipped(file: string): string {
  const here = import.meta.url
  return fileURLToPath(new URL(here.includes('/dist/src/') ? `../../${file}` : `../${file}`, here))
}
