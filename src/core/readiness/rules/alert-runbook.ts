import { mapOf, mapsOf, textOf } from '../rendering/subject.ts'
import { escapeSegment } from '../../change/field-path.ts'
import { defineRule } from '../rule.ts'

export const alertRunbook = defineRule({
  id: 'alert-runbook',
  severity: 'advice',
  title: 'Every alert says how severe it is and what to do: a label `severity`, an annotation `runbook_url`.',
  page: 'https://prometheus.io/docs/practices/alerting/',
  check: ({ kind, group, spec }) => {
    const isRule =
      (kind === 'PrometheusRule' && group === 'monitoring.coreos.com') ||
      (kind === 'VMRule' && group === 'operator.victoriametrics.com')
    if (!isRule) return undefined
    return mapsOf(spec.groups).flatMap((each) =>
      mapsOf(each.rules).flatMap((rule, index) => {
        const alert = textOf(rule.alert)
        if (alert === undefined) return []
        const missing = [
          ...(textOf(mapOf(rule.labels).severity) === undefined ? ['label severity'] : []),
          ...(textOf(mapOf(rule.annotations).runbook_url) === undefined ? ['annotation runbook_url'] : []),
        ]
        if (missing.length === 0) return []
        return [
          {
            path: `/spec/groups/[name=${escapeSegment(textOf(each.name) ?? '')}]/rules/${index}`,
            message: `alert ${alert.slice(0, 100)} has no ${missing.join(' and no ')}`,
            fix: 'Add:\n\n  labels:\n    severity: warning\n  annotations:\n    runbook_url: https://wiki.example.com/runbooks/web',
          },
        ]
      }),
    )
  },
})
