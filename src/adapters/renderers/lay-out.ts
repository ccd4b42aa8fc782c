import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RenderRequest } from '../../ports/renderer.ts'

/** A temporary place with the inputs of one rendering; `remove` leaves nothing behind. */
export interface Layout {
  /** The directory of everything below; what the program sees as `/` where the system allows it. */
  readonly root: string
  /** Contains the inputs at their paths, and nothing else. */
  readonly repository: string
  readonly home: string
  remove(): Promise<void>
}

/** Writes the inputs into a fresh directory. Symlinks are written last, so that no file is ever written through one. */
export async function layOut(
  files: RenderRequest['files'],
  target: string,
  scratch: string,
): Promise<Layout> {
  const root = await mkdtemp(join(scratch, 'rendering-'))
  const repository = join(root, 'repository')
  const home = join(root, 'home')
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true })
  try {
    await mkdir(join(repository, target), { recursive: true })
    for (const name of ['home', 'bin', 'tmp', 'dev']) await mkdir(join(root, name))
    // Programs open it for nothing; an empty file serves.
    await writeFile(join(root, 'dev', 'null'), '')
    const made = new Set<string>()
    const entries = [...files].sort(
      ([, a], [, b]) => Number(a.mode === '120000') - Number(b.mode === '120000'),
    )
    for (const [path, { mode, content }] of entries) {
      const file = join(repository, path)
      if (!made.has(dirname(file))) {
        await mkdir(dirname(file), { recursive: true })
        made.add(dirname(file))
      }
      if (mode === '120000') await symlink(content.toString('utf8'), file)
      else await writeFile(file, content, { mode: mode === '100755' ? 0o755 : 0o644 })
    }
    return { root, repository, home, remove }
  } catch (thrown) {
    await remove()
    throw thrown
  }
}

/** No rendering lasts this long, in milliseconds: what is older was left by a process that died. */
const leftoverAge = 60 * 60_000

/** Removes layouts of processes that died. */
export async function removeLeftovers(scratch: string): Promise<void> {
  const names = await readdir(scratch).catch(() => [])
  for (const name of names.filter((each) => each.startsWith('rendering-'))) {
    const found = await stat(join(scratch, name)).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > leftoverAge)
      await rm(join(scratch, name), { recursive: true, force: true }).catch(() => undefined)
  }
}
