import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RenderCache } from '../../ports/renderer.ts'

/** Bytes on disk beyond which the entries longest unused go. */
const defaultBound = 512 * 1024 * 1024
/** Writes between two looks at the size. */
const writesPerSweep = 64

/**
 * Renderings as files, one per key, written atomically. The first line is the sha256 of the rest: a damaged entry is a miss.
 * Renderings contain secrets as the repository has them: files are readable by their owner only.
 */
export function diskRenderCache(folder: string, bound = defaultBound): RenderCache {
  let writes = 0
  const fileOf = (key: string): string => {
    const name = sha256(key)
    return join(folder, name.slice(0, 2), name)
  }
  return {
    get: async (key) => {
      const file = fileOf(key)
      const stored = await readFile(file, 'utf8').catch(() => undefined)
      if (stored === undefined) return undefined
      const end = stored.indexOf('\n')
      const rendered = stored.slice(end + 1)
      if (end < 0 || stored.slice(0, end) !== sha256(rendered)) {
        await rm(file, { force: true })
        return undefined
      }
      const now = new Date()
      await utimes(file, now, now).catch(() => undefined)
      return rendered
    },
    set: async (key, rendered) => {
      const file = fileOf(key)
      const draft = `${file}.${randomUUID()}`
      // A full or read-only disk costs time, never a rendering.
      await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
        .then(() => writeFile(draft, `${sha256(rendered)}\n${rendered}`, { mode: 0o600 }))
        .then(() => rename(draft, file))
        .catch(() => rm(draft, { force: true }).catch(() => undefined))
      if (writes++ % writesPerSweep === 0) await sweep(folder, bound)
    },
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Removes the entries longest unused until the rest fits. */
async function sweep(folder: string, bound: number): Promise<void> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = await Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name)
        const found = await stat(file).catch(() => undefined)
        return { file, size: found?.size ?? 0, used: found?.mtimeMs ?? 0 }
      }),
  )
  let total = files.reduce((sum, { size }) => sum + size, 0)
  for (const { file, size } of files.sort((a, b) => a.used - b.used)) {
    if (total <= bound) return
    await rm(file, { force: true })
    total -= size
  }
}
