import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Repository, Tree, TreeEntry } from '../../ports/repository.ts'

/** More files are no repository of manifests. */
const mostFiles = 200_000
const passedOver = new Set(['.git', 'node_modules'])

/**
 * The files of a directory as they are now, in the shape of a repository of one commit: what is not committed yet is rendered too.
 * It has no history: everything else of a repository throws.
 */
export function openDirectory(root: string): Repository {
  const places = new Map<string, string>()
  let listed: Promise<Tree> | undefined
  const refuse = (): never => {
    throw new AppError('bug', 'a directory has no history')
  }
  return {
    resolve: async (revision) => revision,
    mergeBase: async () => refuse(),
    commitsBetween: async () => refuse(),
    changedFiles: async () => refuse(),
    mergeTree: async () => refuse(),
    tree: () => (listed ??= listTree(root, places)),
    file: async (_, path) => readFile(join(root, path), 'utf8').catch(() => undefined),
    blobs: async (ids, limit = Number.POSITIVE_INFINITY) => {
      const found = new Map<string, Buffer>()
      for (const id of ids) {
        const place = places.get(id)
        if (place === undefined) continue
        const content = (await lstat(place)).isSymbolicLink()
          ? Buffer.from(await readlink(place))
          : await readFile(place)
        if (content.length > limit)
          throw new AppError('input-refused', `a file of ${content.length} bytes is not read (blob ${id})`)
        found.set(id, content)
      }
      return found
    },
  }
}

async function listTree(root: string, places: Map<string, string>): Promise<Tree> {
  const tree = new Map<string, TreeEntry>()
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (!passedOver.has(entry.name)) await visit(path)
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        if (tree.size >= mostFiles)
          throw new AppError(
            'bad-input',
            `${root} has more than ${mostFiles} files; name a smaller directory`,
          )
        // Nothing is cached by this id beyond this process: the path stands for the content.
        const blob = createHash('sha1').update(path).digest('hex')
        places.set(blob, join(root, path))
        tree.set(path, { path, mode: entry.isSymbolicLink() ? '120000' : '100644', blob })
      }
    }
  }
  await visit('')
  return tree
}
