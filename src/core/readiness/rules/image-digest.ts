import { readImage } from '../rendering/image.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'

export const imageDigest = defineRule({
  id: 'image-digest',
  severity: 'advice',
  title: 'Every image is pinned by its digest.',
  page: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }) => {
      const image = readImage(object.image)
      if (image === undefined || image.digest !== undefined) return []
      return [
        {
          path: `${path}/image`,
          message: `container ${name}: image ${image.text} has no digest: what its tag means can change`,
          fix: `Add the digest of what was tested:\n\n  image: ${image.text}@sha256:…`,
        },
      ]
    }),
})
