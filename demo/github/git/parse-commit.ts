export interface Signature {
  readonly name: string
  readonly email: string
  /** ISO 8601, UTC, whole seconds. */
  readonly date: string
}

export interface CommitObject {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
  readonly signed: boolean
}

const identity = /^(.*?) ?<([^>]*)> (\d+) [+-]\d{4}$/

function parseSignature(line: string): Signature {
  const match = identity.exec(line)
  if (match === null) return { name: '', email: '', date: new Date(0).toISOString().replace('.000', '') }
  const date = new Date(Number(match[3]) * 1000).toISOString().replace('.000', '')
  return { name: match[1] ?? '', email: match[2] ?? '', date }
}

/** Reads a commit object as git stores it. https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function parseCommit(sha: string, content: string): CommitObject {
  const end = content.indexOf('\n\n')
  const headers = (end === -1 ? content : content.slice(0, end)).split('\n')
  const values = (name: string): string[] =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
  return {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message: end === -1 ? '' : content.slice(end + 2).replace(/\n+$/, ''),
    signed: values('gpgsig').length > 0,
  }
}
