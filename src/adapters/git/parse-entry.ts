import type { TreeEntry } from '../../ports/repository.ts'

/** One line of `git ls-tree -r -z`: `<mode> <type> <id>\t<path>`. */
export function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t')
  const [mode = '', , blob = ''] = line.slice(0, tab).split(' ')
  return { path: line.slice(tab + 1), mode: normalMode(mode), blob }
}

/** Old repositories have other file modes; git reads them as plain files too. */
function normalMode(mode: string): TreeEntry['mode'] {
  return mode === '100755' || mode === '120000' || mode === '160000' ? mode : '100644'
}
