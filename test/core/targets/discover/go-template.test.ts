import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateGoTemplate } from '../../../../src/core/targets/discover/go-template.ts'
import { NotEvaluated } from '../../../../src/core/targets/discover/not-evaluated.ts'

const parameters = {
  name: 'Web_Shop',
  empty: '',
  zero: 0,
  path: { path: 'apps/web/eu', basename: 'eu', segments: ['apps', 'web', 'eu'] },
  regions: ['eu', 'us'],
  labels: { b: '2', a: '1' },
}

/** Results as Go 1.22 with sprig gives them. */
const rows: readonly (readonly [template: string, text: string])[] = [
  ['plain', 'plain'],
  ['{{ .name }}-{{.path.basename}}', 'Web_Shop-eu'],
  ['{{ index .path.segments 1 }}', 'web'],
  ['{{ index .labels "a" }}', '1'],
  ['{{ .name | lower | replace "_" "-" }}', 'web-shop'],
  ['{{ normalize .name }}', 'web-shop'],
  ['{{ default "x" .empty }}{{ default "y" .missing }}', 'xy'],
  ['{{ .missing | default (index .path.segments 0) }}', 'apps'],
  ['{{ printf "%s-%s" (lower .name) .path.basename }}', 'web_shop-eu'],
  ['{{ printf "%d%%" 5 }}', '5%'],
  ['{{ trimPrefix "apps/" .path.path }}', 'web/eu'],
  ['{{ trimSuffix "/eu" .path.path }}', 'apps/web'],
  ['{{ splitList "/" .path.path | last }}', 'eu'],
  ['{{ (split "/" .path.path)._1 }}', 'web'],
  ['{{ join "-" .path.segments }}', 'apps-web-eu'],
  ['{{ trunc 3 .name }}{{ trunc -4 .name }}', 'WebShop'],
  ['{{ quote .name }} {{ squote .name }}', '"Web_Shop" \'Web_Shop\''],
  ['{{ if eq .path.basename "eu" "us" }}yes{{ else }}no{{ end }}', 'yes'],
  ['{{ if .empty }}a{{ else if .zero }}b{{ else }}c{{ end }}', 'c'],
  ['{{ if and .name (not .empty) (hasPrefix "Web" .name) }}a{{ end }}', 'a'],
  ['{{ ternary "a" "b" (contains "web" .path.path) }}', 'a'],
  ['{{ range .regions }}[{{ . }}]{{ end }}', '[eu][us]'],
  ['{{ range $i, $r := .regions }}{{ $i }}={{ $r }};{{ end }}', '0=eu;1=us;'],
  ['{{ range $k, $v := .labels }}{{ $k }}{{ $v }}{{ end }}', 'a1b2'],
  ['{{ range .none }}x{{ else }}none{{ end }}', 'none'],
  ['{{ with .path }}{{ .basename }}{{ $.name }}{{ end }}', 'euWeb_Shop'],
  ['{{ $a := .name }}{{ $a | upper }}', 'WEB_SHOP'],
  ['a \n{{- /* c */ -}}\n b', 'ab'],
  ['a {{- " b " -}} c', 'a b c'],
  ['{{ dig "path" "basename" "x" . }}{{ dig "path" "none" "x" . }}', 'eux'],
  ['{{ get .labels "a" }}{{ hasKey .labels "z" }}', '1false'],
  ['{{ toJson .regions }}', '["eu","us"]'],
  ['{{ "}}" }}{{ `"` }}', '}}"'],
  ['{{ add 1 2 }}{{ len .regions }}', '32'],
]

describe('evaluateGoTemplate', () => {
  it.each(rows)('%s', (template, text) => {
    expect(evaluateGoTemplate(template, parameters)).toBe(text)
  })

  it.each([
    '{{ .missing }}',
    '{{ .path }}',
    '{{ now }}',
    '{{ env "HOME" }}',
    '{{ if .name }}',
    '{{ end }}',
    '{{ .name',
    '{{ template "x" }}',
    '{{ $a = 1 }}',
    '{{ .name 1 }}',
    '{{ index .regions 5 }}',
    '{{ range .name }}{{ end }}',
    '{{ constructor }}',
    '{{ .constructor.name }}',
  ])('%s is not evaluated, and says so', (template) => {
    expect(() => evaluateGoTemplate(template, parameters)).toThrow(NotEvaluated)
  })

  it('either writes a text or says that it does not, whatever it gets, and soon', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      ' ',
      '-',
      '"',
      '`',
      '(',
      ')',
      '|',
      '.a',
      '$x',
      ':=',
      'if',
      'end',
      'range',
      'else',
      'print',
      '1',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          expect(typeof evaluateGoTemplate(pieces.join(''), { a: ['b'] })).toBe('string')
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(NotEvaluated)
        }
      }),
      { numRuns: 2_000 },
    )
    const doubling = `{{ $a := "xxxxxxxx" }}${Array.from({ length: 40 }, () => '{{ $a := print $a $a }}').join('')}{{ $a }}`
    for (const hostile of [
      doubling,
      '{{ "'.repeat(20_000),
      '{{ ('.repeat(20_000),
      `{{${'('.repeat(20_000)}}}`,
    ]) {
      const started = performance.now()
      expect(() => evaluateGoTemplate(hostile, {})).toThrow(NotEvaluated)
      expect(performance.now() - started).toBeLessThan(2_000)
    }
  })
})
