import { Type } from '@sinclair/typebox'
import { matchesWildcard } from '../../judge/wildcard.ts'
import { readImage, type Image } from '../rendering/image.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'

export const imageRegistry = defineRule({
  id: 'image-registry',
  severity: 'warning',
  title: 'Every image comes from a registry that the checklist allows. Silent until `allow` names some.',
  page: 'https://kubernetes.io/docs/concepts/containers/images/',
  options: {
    allow: Type.Array(
      Type.String({ minLength: 1, maxLength: 300, hint: 'a pattern such as ghcr.io/acme/*' }),
      {
        default: [],
        maxItems: 1000,
        description: 'Registries or repositories, `*` for any text: `ghcr.io/acme/*`.',
        hint: 'a list such as [ghcr.io/acme/*]',
      },
    ),
  },
  check: (subject, _, { allow }) =>
    allow.length === 0
      ? undefined
      : eachContainer(subject, ({ object, path, name }) => {
          const image = readImage(object.image)
          if (image === undefined || allow.some((pattern) => isFrom(pattern, image))) return []
          return [
            {
              path: `${path}/image`,
              message: `container ${name}: image ${image.text} comes from ${image.registry}, which is not allowed here`,
              fix: `Take it from one of ${allow.slice(0, 5).join(', ')}.`,
            },
          ]
        }),
})

/** `nginx` is `docker.io/library/nginx`; a pattern without `*` allows what lies below it. */
function isFrom(pattern: string, { registry, repository }: Image): boolean {
  const path = repository.startsWith(`${registry}/`) ? repository.slice(registry.length + 1) : repository
  const full = `${registry}/${registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path}`
  const names = [full, `${registry}/${path}`, repository]
  return names.some(
    (name) => matchesWildcard(pattern, name) || name.startsWith(`${pattern.replace(/\/$/, '')}/`),
  )
}
