import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldChange } from '../../../src/core/change/change.ts'
import { lineDiff, parsePath, resourceDiff } from '../../../src/core/words/resource-diff.ts'

const resource = (changes: readonly FieldChange[]): Parameters<typeof resourceDiff>[0] => ({
  action: 'changed',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  name: 'web',
  classes: ['image'],
  risks: [],
  changes,
})

describe('core/words/resource-diff', () => {
  it('shows changed fields where they stand, each parent once', () => {
    const lines = resourceDiff(
      resource([
        { path: '/spec/replicas', before: 6, after: 2 },
        {
          path: '/spec/template/spec/containers/[name=web]/image',
          before: 'ghcr.io/acme/web:1',
          after: 'ghcr.io/acme/web:2',
        },
        {
          path: '/spec/template/spec/containers/[name=web]/ports/[containerPort=80]',
          after: { containerPort: 80, name: 'http' },
        },
      ]),
    )
    expect(lines).toEqual([
      '  spec:',
      '-   replicas: 6',
      '+   replicas: 2',
      '    template:',
      '      spec:',
      '        containers:',
      '          - name: web',
      '-           image: ghcr.io/acme/web:1',
      '+           image: ghcr.io/acme/web:2',
      '            ports:',
      '+             - containerPort: 80',
      '+               name: http',
    ])
  })

  it('shows texts of several lines as a line diff with a little context', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\n'
    const lines = resourceDiff(
      resource([{ path: '/data/app.conf', before, after: before.replace('e', 'E') }]),
    )
    expect(lines).toEqual([
      '  data:',
      '    app.conf: |',
      '      …',
      '      c',
      '      d',
      '-     e',
      '+     E',
      '      f',
      '      g',
    ])
  })

  it('keeps slashes of merge keys and escaped keys together', () => {
    expect(parsePath('/metadata/annotations/a.b~1c~0d')).toEqual(['metadata', 'annotations', 'a.b/c~d'])
    expect(parsePath('/volumeMounts/[mountPath=/etc/app]/name')).toEqual([
      'volumeMounts',
      '[mountPath=/etc/app]',
      'name',
    ])
    expect(parsePath('')).toEqual([])
  })

  it('loses no line: what is removed and kept is before, what is added and kept is after', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = lineDiff(a.join('\n'), b.join('\n'))
        if (lines.includes('  …')) return
        const side = (sign: string): string[] =>
          lines.filter((line) => line.startsWith(sign) || line.startsWith('  ')).map((line) => line.slice(2))
        if (lines.length === 0) expect(a.join('\n')).toBe(b.join('\n'))
        else {
          expect(side('- ').join('\n')).toBe(a.join('\n'))
          expect(side('+ ').join('\n')).toBe(b.join('\n'))
        }
      }),
    )
  })
})
