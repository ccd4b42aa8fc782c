export interface FileChange {
  readonly path: string
  readonly previousPath: string | null
  readonly status: 'added' | 'removed' | 'modified' | 'renamed'
  /** Blob id after the change; the one before for a removal. */
  readonly sha: string
  readonly additions: number
  readonly deletions: number
  readonly binary: boolean
}

const statusOf = { A: 'added', D: 'removed', R: 'renamed' } as const

/** Reads `git diff --raw --numstat -z`: first all raw records, then as many counts, in the same order. */
export function parseChanges(output: string): FileChange[] {
  const fields = output.split('\0')
  const raw: Omit<FileChange, 'additions' | 'deletions' | 'binary'>[] = []
  let at = 0
  while (fields[at]?.startsWith(':') === true) {
    const [, , before = '', after = '', letter = ''] = (fields[at] ?? '').split(' ')
    const renamed = letter.startsWith('R') || letter.startsWith('C')
    const first = fields[at + 1] ?? ''
    const path = renamed ? (fields[at + 2] ?? '') : first
    const status = statusOf[letter.charAt(0) as keyof typeof statusOf] ?? 'modified'
    raw.push({
      path,
      previousPath: renamed ? first : null,
      status,
      sha: status === 'removed' ? before : after,
    })
    at += renamed ? 3 : 2
  }
  return raw.map((change) => {
    const [added = '0', deleted = '0', path] = (fields[at] ?? '').split('\t')
    at += path === '' ? 3 : 1 // a rename's names follow as two fields of their own
    const binary = added === '-'
    return {
      ...change,
      binary,
      additions: binary ? 0 : Number(added),
      deletions: binary ? 0 : Number(deleted),
    }
  })
}

/** Cuts a whole diff into the hunks of each file. */
export function splitPatches(diff: string): string[] {
  if (diff === '') return []
  return diff.split(/^(?=diff --git )/m).map((file) => {
    const hunks = file.search(/^@@ /m)
    return hunks === -1 ? '' : file.slice(hunks).replace(/\n$/, '')
  })
}
