import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli } from '../../src/cli/main.ts'
import { testIo } from './test-io.ts'

let directory: string
const workload = (name: string, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: app
          image: ${image}
`
const files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
  'charts/web/values.yaml':
    'image: { repository: acme/web, tag: latest }\nhost: true\nsecurity: { privileged: true }\nsidecar: true\n',
  'charts/web/templates/_helpers.tpl': '{{- define "shop.labels" -}}\napp: {{ .Release.Name }}\n{{- end }}\n',
  'charts/web/templates/web.yaml': `{{- /*
kind: Deployment
spec:
  hostPID: true
*/}}
# the shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: 3
  selector:
    matchLabels:
      {{- include "shop.labels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "shop.labels" . | nindent 8 }}
    spec:
      {{- if .Values.host }}
      hostNetwork: true
      {{- else }}
      hostPID: false
      {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          securityContext:
            {{- toYaml .Values.security | nindent 12 }}
          env:
            - name: API_TOKEN
              value: abcdef0123
      volumes:
      - name: etc
        hostPath: { path: /etc }
`,
  'charts/web/templates/two.yaml': `${workload('first', 'acme/first:latest')}---\n${workload('second', 'acme/second:latest')}`,
  'charts/web/templates/each.yaml': `{{- range $name := list "a" "b" }}
---
${workload('{{ $name }}', 'acme/{{ $name }}:latest')}{{- end }}
`,
  'charts/web/templates/branches.yaml': `{{- if .Values.sidecar }}
${workload('branch', 'acme/one:latest')}{{- else }}
${workload('branch', 'acme/two:latest')}{{- end }}
`,
  'charts/web/templates/forged.yaml': `# Source: shop/templates/web.yaml
${workload('forged', 'acme/forged:latest')}`,
  'charts/web/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 0.1.0\n',
  'charts/web/charts/sub/templates/sub.yaml': `# of the part\n${workload('sub', 'acme/sub:latest')}`,
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'countersign-chart-lines-'))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
})
afterAll(() => rm(directory, { recursive: true, force: true }))

it('names the template, and the line that writes a field or the first of its document', async () => {
  const io = testIo(directory, join(directory, 'home'))
  await runCli(['ready', 'charts/web', '--format', 'json'], io)
  const { findings } = JSON.parse(io.written.out) as {
    findings: { rule: string; name: string; file: string; line: number }[]
  }
  const at = (rule: string, name: string): string[] =>
    findings
      .filter((each) => each.rule === rule && each.name === name)
      .map(({ file, line }) => `${file.replace('charts/web/', '')}:${line}`)
  expect({
    'a field with a value': at('image-tag', 'web-web'),
    'a literal field': at('host-namespaces', 'web-web'),
    'a field that is included': at('privileged', 'web-web'),
    'an item': at('secret-in-env', 'web-web'),
    'a list that is not indented': at('host-path', 'web-web'),
    'a field that is absent': at('memory-limit', 'web-web'),
    'the resource as a whole': at('network-policy', 'web-web'),
    'first of two': at('image-tag', 'first'),
    'second of two': at('image-tag', 'second'),
    'as a whole, of two': at('network-policy', 'second'),
    'of a loop': at('image-tag', 'a'),
    'what stands in two branches': at('image-tag', 'branch'),
    'a forged source': at('image-tag', 'forged'),
    'of a chart within': at('image-tag', 'sub'),
  }).toEqual({
    'a field with a value': ['templates/web.yaml:30'],
    'a literal field': ['templates/web.yaml:24'],
    'a field that is included': ['templates/web.yaml:7'],
    'an item': ['templates/web.yaml:34'],
    'a list that is not indented': ['templates/web.yaml:37'],
    'a field that is absent': ['templates/web.yaml:29'],
    'the resource as a whole': ['templates/web.yaml:7'],
    'first of two': ['templates/two.yaml:14'],
    'second of two': ['templates/two.yaml:29'],
    'as a whole, of two': ['templates/two.yaml:16'],
    'of a loop': ['templates/each.yaml:16'],
    'what stands in two branches': ['templates/branches.yaml:2'],
    'a forged source': ['templates/forged.yaml:15'],
    'of a chart within': ['charts/sub/templates/sub.yaml:15'],
  })
})
