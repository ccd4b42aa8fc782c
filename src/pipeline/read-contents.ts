import type { FileTree } from '../core/targets/file-tree.ts'
import { AppError } from '../errors.ts'
import type { Files } from '../ports/repository.ts'

/** Contents by path; in place of one that is too large, the refusal. */
export type Contents = Map<string, Buffer | AppError>

/** Reads the given paths, in one batch, into `contents`. A file beyond the size limit spoils itself only, not the batch. */
export async function readContents(
  repository: Pick<Files, 'blobs'>,
  tree: FileTree,
  paths: readonly string[],
  contents: Contents,
): Promise<void> {
  const wanted = paths.filter((path) => !contents.has(path))
  const blobOf = (path: string): string | undefined => tree.files.get(path)?.blob
  const ids = wanted.flatMap((path) => blobOf(path) ?? [])
  const blobs = await readAll(repository, ids)
  for (const path of wanted) contents.set(path, blobs.get(blobOf(path) ?? '') ?? Buffer.alloc(0))
}

async function readAll(
  repository: Pick<Files, 'blobs'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Buffer | AppError>> {
  try {
    return await repository.blobs(ids)
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'input-refused') throw thrown
    if (ids.length === 1) return new Map(ids.map((id) => [id, thrown]))
    const middle = Math.ceil(ids.length / 2)
    const halves = [
      await readAll(repository, ids.slice(0, middle)),
      await readAll(repository, ids.slice(middle)),
    ]
    return new Map(halves.flatMap((half) => [...half]))
  }
}
