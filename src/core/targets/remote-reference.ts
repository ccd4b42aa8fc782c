/**
 * The host that a reference would be fetched from, by the spellings kustomize and Helm accept; undefined for a local path.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/
 */
export function remoteHost(reference: string): string | undefined {
  const text = reference.trim().replace(/^git::/, '')
  const url = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@\s]*@)?([^/:?\s]+)/i.exec(text)
  if (url !== null) return url[1]?.toLowerCase() === 'file' ? undefined : url[2]?.toLowerCase()
  const scp = /^[\w.-]+@([\w.-]+):/.exec(text)
  if (scp !== null) return scp[1]?.toLowerCase()
  if (/^gh:/i.test(text)) return 'github.com'
  const bare = /^((?:[a-z0-9-]+\.)+[a-z]{2,})[/:].+/i.exec(text)
  const isHost =
    bare !== null &&
    /^(?:www\.)?(?:github|gitlab|bitbucket|dev\.azure)\.|\?ref=|\/\/|\.git(?:\/|$)/i.test(text)
  return isHost ? bare[1]?.toLowerCase() : undefined
}

/** A reference as it may be shown: what stands before the @ of an address is for nobody's eyes. */
export function withoutCredentials(reference: string): string {
  return reference.replace(/:\/\/[^/@\s]*@/, '://')
}
