import { defineRule } from '../rule.ts'
import { rbacRules } from './rbac-rules.ts'

export const rbacWildcard = defineRule({
  id: 'rbac-wildcard',
  severity: 'danger',
  title: 'A role names the verbs and resources that it allows.',
  page: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege',
  check: (subject) =>
    rbacRules(subject)?.flatMap(({ path, verbs, resources }) => {
      const what = [
        ...(verbs.includes('*') ? ['verbs'] : []),
        ...(resources.includes('*') ? ['resources'] : []),
      ]
      if (what.length === 0) return []
      return [
        {
          path,
          message: `allows all ${what.join(' and all ')} (*), those that come later too`,
          fix: 'Name what is needed:\n\n  rules:\n    - apiGroups: [apps]\n      resources: [deployments]\n      verbs: [get, list, watch]',
        },
      ]
    }),
})
