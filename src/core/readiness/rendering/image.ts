import type { Json } from '../../change/resource.ts'

/** An image reference in its parts. */
export interface Image {
  readonly text: string
  /** `docker.io` where none is named. */
  readonly registry: string
  /** As written, without tag and digest: `ghcr.io/acme/app`. */
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

/**
 * Reads an image reference as container runtimes do: the tag comes after a colon in the last part of the path, so that the port of
 * a registry is none. Undefined for nothing, and for a variable that stands for the whole reference.
 * https://github.com/distribution/reference/blob/main/reference.go
 */
export function readImage(value: Json | undefined): Image | undefined {
  if (typeof value !== 'string' || value.length > 4096) return undefined
  const text = value.trim()
  if (text === '' || /^(?:\$\{[^}]*\}|\$\([^)]*\)|\{\{[^{}]*\}\})$/.test(text)) return undefined
  const at = text.indexOf('@')
  const named = at < 0 ? text : text.slice(0, at)
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const repository = colon < 0 ? named : named.slice(0, colon)
  const [first = '', ...rest] = repository.split('/')
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return {
    text,
    registry: hasRegistry ? first : 'docker.io',
    repository,
    tag: colon < 0 ? undefined : named.slice(colon + 1) || undefined,
    digest: at < 0 ? undefined : text.slice(at + 1) || undefined,
  }
}
