import { isVariableFrom } from './env-names.ts'
import { textOf } from '../rendering/subject.ts'
import { defineRule } from '../rule.ts'
import { eachPod } from './each-container.ts'

/** Annotations that put an agent into the pod. */
const injections =
  /^(?:instrumentation\.opentelemetry\.io\/inject-|sidecar\.opentelemetry\.io\/inject$|sidecar\.jaegertracing\.io\/inject$|admission\.datadoghq\.com\/)/

export const tracing = defineRule({
  id: 'tracing',
  severity: 'advice',
  on: false,
  title: 'A workload sends traces: `OTEL_*` variables, or an annotation that injects an agent.',
  page: 'https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/',
  check: (subject, { rendering }) =>
    eachPod(subject, (workload) => {
      if (workload.runsOnce) return undefined
      const annotations = [...Object.entries(workload.annotations), ...Object.entries(subject.annotations)]
      if (annotations.some(([name, value]) => injections.test(name) && textOf(value) !== 'false')) return []
      if (isVariableFrom(workload, rendering, /^OTEL_/)) return []
      return [
        {
          path: '',
          message: 'sends no traces: neither OTEL_* variables nor an annotation that injects an agent',
          fix: 'Add to the container:\n\n  env:\n    - name: OTEL_EXPORTER_OTLP_ENDPOINT\n      value: http://otel-collector:4317',
        },
      ]
    }),
})
