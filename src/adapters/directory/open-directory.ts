import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Files, TreeEntry } from '../../ports/repository.ts'

/** Beyond this many files a directory is not what somebody meant to compare. */
const mostFiles = 100_000
/** As for blobs of git: manifests are small. */
const defaultLimit = 10 * 1024 * 1024
/** Never part of what a deployer reads. */
const passedOver = new Set(['.git', 'node_modules'])

/**
 * A directory on this machine as files with ids; an id is the path, so it says nothing about content. Symlinks are entries, never
 * followed: whoever resolves them decides where they may lead. Throws `input-refused` for too many or too large files.
 */
export function openDirectory(root: string): Files {
  return {
    tree: async () => {
      const entries: TreeEntry[] = []
      await walk(root, '', entries)
      return new Map(entries.map((entry) => [entry.path, entry]))
    },
    blobs: async (ids, limit = defaultLimit) =>
      new Map(await Promise.all(ids.map(async (id) => [id, await read(root, id, limit)] as const))),
  }
}

async function walk(root: string, below: string, entries: TreeEntry[]): Promise<void> {
  for (const found of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? found.name : `${below}/${found.name}`
    if (found.isDirectory() && !passedOver.has(found.name)) await walk(root, path, entries)
    const mode = found.isSymbolicLink() ? '120000' : found.isFile() ? '100644' : undefined
    if (mode !== undefined) entries.push({ path, mode, blob: `${mode} ${path}` })
    if (entries.length > mostFiles)
      throw new AppError(
        'input-refused',
        `${root} holds more than ${mostFiles} files; compare a directory that holds the manifests`,
      )
  }
}

async function read(root: string, id: string, limit: number): Promise<Buffer> {
  const path = id.slice('100644 '.length)
  if (id.startsWith('120000 ')) return Buffer.from(await readlink(join(root, path)))
  const { size } = await stat(join(root, path))
  if (size > limit)
    throw new AppError('input-refused', `a file has ${size} bytes; at most ${limit} are read (blob ${path})`)
  return readFile(join(root, path))
}
