/**
 * Whether a repository URL of a deployer (`https://host/acme/shop.git`, `ssh://git@host/acme/shop`, `git@host:acme/shop`) is `acme/shop`. Hosts are not
 * compared: a cluster may reach the same repository through a mirror or a proxy name.
 */
export function sameRepository(url: string | undefined, repository: string): boolean {
  if (url === undefined || url.length > 2000) return false
  const path = /^[a-z0-9+.-]+:\/\/[^/]*\/(.+)$/i.exec(url)?.[1] ?? /^[^/\s]+:(?!\/)(.+)$/.exec(url)?.[1]
  if (path === undefined) return false
  const plain = path
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
  return (
    plain.toLowerCase() === repository.toLowerCase() ||
    plain.toLowerCase().endsWith(`/${repository.toLowerCase()}`)
  )
}
