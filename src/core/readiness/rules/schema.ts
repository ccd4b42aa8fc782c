import { defineRule } from '../rule.ts'

export const schema = defineRule({
  id: 'schema',
  severity: 'danger',
  title:
    'A resource satisfies the schema of its kind; unknown fields are errors. Kinds without a schema are named once.',
  page: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
  check: (subject, { schemas }) =>
    schemas.check(subject)?.map(({ path, message }) => ({
      path,
      message,
      fix: `Look the field up: kubectl explain ${subject.kind.toLowerCase()}${fieldName(message.startsWith('unknown field') ? path.slice(0, path.lastIndexOf('/')) : path)}`,
    })),
})

/** `.spec.template`: without list items. */
function fieldName(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '' && !/^(?:\[|\d+$)/.test(segment))
    .map((segment) => `.${segment}`)
    .slice(0, 8)
    .join('')
}
