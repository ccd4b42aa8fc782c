import { isCredentialName } from '../../change/credentials.ts'
import { escapeSegment } from '../../change/field-path.ts'
import { mapsOf, textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { credentialShape, isCredentialValue } from './credential-values.ts'
import { eachContainer } from './each-container.ts'

export const secretInEnv = defineRule({
  id: 'secret-in-env',
  severity: 'danger',
  title: 'No environment variable has a credential written out.',
  page: 'https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/',
  check: (subject) =>
    eachContainer(subject, ({ object, path, name }) =>
      mapsOf(object.env).flatMap((variable) => {
        const called = textOf(variable.name) ?? ''
        const value = textOf(variable.value)
        if (value === undefined || value.length > 100_000) return []
        const shape = credentialShape(value)
        const isNamed = isCredentialName(called) || /secret|password/i.test(lastWords(called))
        if (shape === undefined && !(isNamed && isCredentialValue(value))) return []
        return [
          {
            path: `${path}/env/[name=${escapeSegment(called)}]`,
            message: `container ${name}: ${called.slice(0, 100)} has ${shape ?? 'a credential'} written out`,
            fix: `Take it from a Secret:\n\n  env:\n    - name: ${called.slice(0, 100)}\n      valueFrom:\n        secretKeyRef:\n          name: web\n          key: ${called.toLowerCase().slice(0, 100)}`,
          },
        ]
      }),
    ),
})

/** Names that go on about where or how (`SECRET_NAME`, `PASSWORD_FILE`, `SECRETS_ENABLED`) hold no credential. */
function lastWords(name: string): string {
  return /(?:name|file|path|dir|url|uri|id|ref|enabled|length|min|max|policy|ttl|timeout|expiry|manager|provider|store|namespace|type|mode|interval|rotation|header|host|version|region|format|algorithm|prefix|suffix|field|location|mount)s?$/i.test(
    name,
  )
    ? ''
    : name
}
