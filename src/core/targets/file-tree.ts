/** A file or symlink of a commit's tree, as the Repository port gives it. */
export interface FileEntry {
  readonly path: string
  readonly mode: '100644' | '100755' | '120000' | '160000'
  readonly blob: string
}

/** A tree that can be asked for directories. `.` is the root. */
export interface FileTree {
  readonly files: ReadonlyMap<string, FileEntry>
  /** Names of the files (not directories) directly in each directory, sorted. Directories without files are there too. */
  readonly directories: ReadonlyMap<string, readonly string[]>
  /** Nothing outside this directory is part of it: the tree of a repository elsewhere. Absent: the whole tree. */
  readonly root?: string | undefined
}

/** Indexes the files of a tree by directory. */
export function indexTree(files: ReadonlyMap<string, FileEntry>): FileTree {
  const directories = new Map<string, string[]>([['.', []]])
  for (const path of files.keys()) {
    const directory = parentOf(path)
    let missing = directory
    while (!directories.has(missing)) {
      directories.set(missing, [])
      missing = parentOf(missing)
    }
    directories.get(directory)?.push(path.slice(directory === '.' ? 0 : directory.length + 1))
  }
  for (const names of directories.values()) names.sort()
  return { files, directories }
}

/** Whether a path lies in a tree, by its name alone. */
export function isWithin({ root }: Pick<FileTree, 'root'>, path: string): boolean {
  return root === undefined || path === root || path.startsWith(`${root}/`)
}

/** The directory of a path; `.` for the root's own files. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '.' : path.slice(0, slash)
}

/** A path below a directory, `.` and `..` resolved as text; undefined when it leaves the root or is absolute. */
export function joinPath(directory: string, reference: string): string | undefined {
  if (reference.startsWith('/')) return undefined
  const parts = directory === '.' ? [] : directory.split('/')
  for (const part of reference.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.length === 0 ? '.' : parts.join('/')
}

/** Every file below a directory, however deep, in the order of the tree. */
export function filesBelow(tree: FileTree, directory: string): readonly FileEntry[] {
  if (directory === '.') return [...tree.files.values()]
  const found: FileEntry[] = []
  for (const [name, files] of tree.directories)
    if (name === directory || name.startsWith(`${directory}/`))
      for (const file of files) {
        const entry = tree.files.get(`${name}/${file}`)
        if (entry !== undefined) found.push(entry)
      }
  return found
}
