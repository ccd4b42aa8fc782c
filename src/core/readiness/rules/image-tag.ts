import { defineRule } from '../rule.ts'
import { readImage } from '../rendering/image.ts'
import { eachContainer } from './each-container.ts'

export const imageTag = defineRule({
  id: 'image-tag',
  severity: 'danger',
  title: 'Every image has a digest, or a tag that is not `latest`.',
  page: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }) => {
      if (object.image === undefined || object.image === null || object.image === '')
        return [
          {
            path: `${path}/image`,
            message: `container ${name} names no image`,
            fix: 'Name an image with a version or a digest:\n\n  image: ghcr.io/acme/app:1.2.3',
          },
        ]
      const image = readImage(object.image)
      if (image === undefined || image.digest !== undefined) return []
      if (image.tag !== undefined && image.tag !== 'latest') return []
      const problem = image.tag === undefined ? 'has no tag' : 'has the tag latest'
      return [
        {
          path: `${path}/image`,
          message: `container ${name}: image ${image.text} ${problem}, so what runs depends on when it is pulled`,
          fix: `Name a version or a digest:\n\n  image: ${image.repository}:1.2.3`,
        },
      ]
    }),
})
