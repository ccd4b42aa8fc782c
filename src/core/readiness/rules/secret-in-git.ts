import { defineRule } from '../rule.ts'
import { mapOf } from '../rendering/subject.ts'
import { isReferenceText } from './credential-values.ts'

export const secretInGit = defineRule({
  id: 'secret-in-git',
  severity: 'danger',
  title: 'No Secret of a protected environment stands in clear text in the repository.',
  page: 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/',
  check: ({ kind, group, object }, context) => {
    if (kind !== 'Secret' || group !== '' || !context.protected) return undefined
    // A file that SOPS has encrypted: https://getsops.io/docs/
    if (object.sops !== undefined) return []
    const clear = [...Object.entries(mapOf(object.data)), ...Object.entries(mapOf(object.stringData))].filter(
      ([, value]) => typeof value === 'string' && value !== '' && !isReferenceText(value),
    )
    const [first] = clear
    if (first === undefined) return []
    const more = clear.length === 1 ? '' : ` and ${clear.length - 1} more`
    return [
      {
        path: '',
        message: `holds ${first[0].slice(0, 80)}${more} in clear text: whoever reads the repository has it, and so does its history`,
        fix: 'Take it out, change it where it is used, and keep it encrypted or elsewhere: SealedSecret, SOPS, ExternalSecret or SecretProviderClass.',
      },
    ]
  },
})
