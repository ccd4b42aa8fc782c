import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The key of this machine's fingerprints: made once, readable by its owner only, so that the same secret has the same fingerprint in
 * every run. Where the home folder cannot be written, a key for this run.
 */
export async function fingerprintKey(home: string): Promise<string> {
  const file = join(home, 'fingerprint-key')
  const read = async (): Promise<string> => (await readFile(file, 'utf8').catch(() => '')).trim()
  const known = await read()
  if (known !== '') return known
  const made = randomBytes(32).toString('hex')
  await mkdir(home, { recursive: true, mode: 0o700 })
    .then(() => writeFile(file, made, { mode: 0o600, flag: 'wx' }))
    .catch(() => undefined)
  return (await read()) || made
}
