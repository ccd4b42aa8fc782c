/** A host, or a part of one, that the operator allows bases to be fetched from. */
export interface AllowedRemote {
  readonly scheme: 'https' | 'http'
  /** Lower case, with its port where it has one. */
  readonly host: string
  /** The first segments of a repository's path: `acme` or `acme/base`; empty for the whole host. */
  readonly path: string
}

/** Somewhere in a repository elsewhere. */
export interface RemotePlace {
  readonly scheme: 'https' | 'http'
  readonly host: string
  /** Path of the repository on its host, without `.git`: `acme/base`. */
  readonly repository: string
}

/** `host`, `host/acme`, `host/acme/base`; `http://` in front for a host without TLS. Undefined where it is none of these. */
export function parseAllowedRemote(text: string): AllowedRemote | undefined {
  const found =
    /^(?:(https?):\/\/)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?)((?:\/[\w.~-]+)*)\/?$/i.exec(
      text.trim(),
    )
  if (found === null) return undefined
  const [, scheme = 'https', host = '', path = ''] = found
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return undefined
  return {
    scheme: scheme.toLowerCase() === 'http' ? 'http' : 'https',
    host: host.toLowerCase(),
    path: path.slice(1).replace(/\.git$/, ''),
  }
}

/** Whole segments of a path count: `github.com/acme` allows `acme/base`, not `acme-evil/base`. Paths compare with case. */
export function isAllowedRemote(allowed: readonly AllowedRemote[], place: RemotePlace): boolean {
  return allowed.some(
    ({ scheme, host, path }) =>
      scheme === place.scheme &&
      host === place.host &&
      (path === '' || place.repository === path || place.repository.startsWith(`${path}/`)),
  )
}
