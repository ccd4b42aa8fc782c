import type { RemotePlace } from './allowed-remotes.ts'

/** A directory of a repository elsewhere, at a commit that nobody can exchange. */
export interface RemoteBase extends RemotePlace {
  /** What git fetches. */
  readonly url: string
  /** A full commit id, lower case. */
  readonly commit: string
  /** Directory in the repository; `.` is its root. */
  readonly path: string
}

export type RemoteReading =
  | { readonly ok: true; readonly base: RemoteBase }
  /** Why it can never be fetched, with what to write instead. `host` where one is named. */
  | { readonly ok: false; readonly place?: RemotePlace | undefined; readonly why: string }

const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i

/**
 * Reads a reference as kustomize does, as far as that is beyond doubt, and refuses the rest: it has to be https, without credentials,
 * with a commit. `http` is read too, for a host that the operator allows so.
 * https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md
 */
export function readRemoteBase(reference: string): RemoteReading {
  const text = reference.trim().replace(/^git::/, '')
  const absolute = /^github\.com\//i.test(text) ? `https://${text}` : text
  const found = /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i.exec(absolute)
  if (found === null)
    return refuse(
      'bases are fetched by https alone: write it as https://HOST/OWNER/REPOSITORY//DIRECTORY?ref=COMMIT',
    )
  const [, scheme = '', authority = '', path = '', query = ''] = found
  if (authority.includes('@')) return refuse('it contains credentials; remote bases are fetched without any')
  const host = authority.toLowerCase()
  if (!/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/.test(host)) return refuse(`${host} is no host`)
  const split = splitPath(host, path)
  if (split === undefined)
    return refuse(
      'it is a plain file, which cannot be pinned: copy it into the repository, or name a directory as https://HOST/OWNER/REPOSITORY//DIRECTORY?ref=COMMIT',
    )
  const place: RemotePlace = {
    scheme: scheme.toLowerCase() === 'http' ? 'http' : 'https',
    host,
    repository: split.repository.replace(/\.git$/, ''),
  }
  const segments = [
    ...split.repository.split('/'),
    ...(split.directory === '.' ? [] : split.directory.split('/')),
  ]
  if (!segments.every((each) => /^[\w.~+-]+$/.test(each) && each !== '.' && each !== '..'))
    return { ...refuse('its path has to be written plainly, without .. and without escapes'), place }
  const fields = new URLSearchParams(query)
  const commit = fields.get('ref') ?? fields.get('version') ?? ''
  if (!commitId.test(commit)) return { ...refuse(howToPin(place, split.repository, commit)), place }
  const url = `${place.scheme}://${host}/${split.repository}`
  return { ok: true, base: { ...place, url, commit: commit.toLowerCase(), path: split.directory } }
}

/** The same repository at the same commit, wherever in it. */
export function remoteKey({ url, commit }: Pick<RemoteBase, 'url' | 'commit'>): string {
  return `${url}@${commit}`
}

function refuse(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why }
}

function howToPin({ scheme, host }: RemotePlace, repository: string, ref: string): string {
  const wanted = ref === '' ? 'HEAD' : /^[\w./-]{1,100}$/.test(ref) ? ref : 'REF'
  const written = ref === '' ? 'without ref it follows a branch' : 'a branch or a tag can be moved'
  return `${written}: write ref=COMMIT with the full id that git ls-remote ${scheme}://${host}/${repository} ${wanted} shows`
}

/** Where the repository ends: at `//`, after `.git`, and on github.com after two segments. */
function splitPath(
  host: string,
  path: string,
): { readonly repository: string; readonly directory: string } | undefined {
  const plain = path.replace(/^\/+/, '').replace(/\/+$/, '')
  const parts =
    /^(.+?)\/\/+(.*)$/.exec(plain) ??
    /^(.+?\.git)(?:\/(.*))?$/.exec(plain) ??
    (host === 'github.com' ? /^([^/]+\/[^/]+)(?:\/(.*))?$/.exec(plain) : null) ??
    (/\.(?:ya?ml|json)$/i.test(plain) ? null : /^([^/]+\/[^/]+)$/.exec(plain))
  if (parts === null) return undefined
  const [, repository = '', directory = ''] = parts
  return { repository, directory: directory === '' ? '.' : directory }
}
