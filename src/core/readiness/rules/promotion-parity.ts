import { readImage } from '../rendering/image.ts'
import { defineRule } from '../rule.ts'
import { eachContainer } from './each-container.ts'

export const promotionParity = defineRule({
  id: 'promotion-parity',
  severity: 'warning',
  title: 'A protected environment runs only images that the environment it promotes from runs.',
  page: 'https://kubernetes.io/docs/concepts/containers/images/',
  check: (subject, context) => {
    const { promotedFrom } = context
    if (!context.protected || promotedFrom === undefined) return undefined
    return eachContainer(subject, ({ object, path, name }) => {
      const image = readImage(object.image)
      if (image === undefined || promotedFrom.images.has(image.text)) return []
      return [
        {
          path: `${path}/image`,
          message: `container ${name}: ${promotedFrom.environment} does not run image ${image.text}`,
          fix: `Deploy it to ${promotedFrom.environment} first, then promote.`,
        },
      ]
    })
  },
})
