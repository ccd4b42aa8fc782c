import picomatch from 'picomatch'
import { kindOfDirectory } from './describe-node.ts'
import type { FileTree } from './file-tree.ts'

/**
 * Directories that globs of an environment name, on either side, sorted. A glob finds what can be rendered; a directory named
 * without wildcards is a target wherever it exists. What lies inside a chart belongs to the chart.
 */
export function findTargets(globs: readonly string[], trees: readonly FileTree[]): readonly string[] {
  const found = new Set<string>()
  for (const glob of globs) {
    const pattern = normalised(glob)
    const { isGlob } = picomatch.scan(pattern)
    const matches = picomatch(pattern, { dot: true })
    for (const tree of trees)
      if (!isGlob) {
        if (tree.directories.has(pattern)) found.add(pattern)
      } else
        for (const directory of tree.directories.keys())
          if (
            matches(directory) &&
            kindOfDirectory(tree, directory) !== undefined &&
            !isInsideChart(tree, directory)
          )
            found.add(directory)
  }
  return [...found].sort()
}

/** `./a/b/` is `a/b`; an empty glob is the root. */
function normalised(glob: string): string {
  const plain = glob.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
  return plain === '' ? '.' : plain
}

function isInsideChart(tree: FileTree, directory: string): boolean {
  for (let slash = directory.lastIndexOf('/'); slash > 0; slash = directory.lastIndexOf('/', slash - 1))
    if (tree.files.has(`${directory.slice(0, slash)}/Chart.yaml`)) return true
  return tree.files.has('Chart.yaml') && directory !== '.'
}
