import { defineRule } from '../rule.ts'
import { rbacRules, type RbacRule } from './rbac-rules.ts'

export const rbacEscalate = defineRule({
  id: 'rbac-escalate',
  severity: 'danger',
  title: 'No role leads to more rights: escalate, bind, impersonate, commands in pods, reading secrets.',
  page: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#kubernetes-rbac-privilege-escalation-risks',
  check: (subject) =>
    rbacRules(subject)?.flatMap((rule) => {
      const ways = waysUp(rule)
      if (ways.length === 0) return []
      return [
        {
          path: rule.path,
          message: `leads to more rights than it names: ${ways.join(', ')}`,
          fix: 'Leave them out. One Secret may be read by its name:\n\n  resources: [secrets]\n  resourceNames: [web]\n  verbs: [get]',
        },
      ]
    }),
})

function waysUp({ verbs, groups, resources, names }: RbacRule): readonly string[] {
  const isCore = groups.length === 0 || groups.includes('') || groups.includes('*')
  // To get a Secret that is named is what a program needs; to list or watch gives more than it names.
  const reads = ['list', ...(names.length > 0 ? [] : ['get']), 'watch', '*'].filter((verb) =>
    verbs.includes(verb),
  )
  const inPods = ['pods/exec', 'pods/attach', 'pods/*', '*/exec'].filter((each) => resources.includes(each))
  return [
    ...['escalate', 'bind', 'impersonate'].filter((verb) => verbs.includes(verb)),
    ...(isCore && verbs.length > 0 ? inPods : []),
    ...(isCore && resources.includes('secrets') && reads.length > 0
      ? [`${reads[0] === '*' ? 'every verb' : (reads[0] ?? '')} on secrets`]
      : []),
    ...(verbs.includes('*') ? ['every verb (*)'] : []),
    ...(resources.includes('*') ? ['every resource (*)'] : []),
  ]
}
