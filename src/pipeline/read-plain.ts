import { isUtf8 } from 'node:buffer'
import { parseManifests } from '../core/change/parse-manifests.ts'
import type { Resource } from '../core/change/resource.ts'
import type { RenderRequest } from '../ports/renderer.ts'
import type { TargetSide } from './gather-side.ts'
import type { Rendered } from './render-queue.ts'

/** To YAML these are comments: what stands there as written is not what is applied. https://carvel.dev/ytt/docs/latest/lang-ref-annotation/ */
const yttDirective = /(?<=^|[ \t])#@(?:[ \t]|(?:data|overlay|schema|library|yaml|ytt)\/)/m

/** The first directive of ytt in what looks like plain manifests. */
export function findYtt(
  files: RenderRequest['files'],
): { readonly file: string; readonly line: number } | undefined {
  for (const [file, { content, mode }] of files) {
    if (mode === '120000') continue
    const text = content.toString('utf8')
    const found = yttDirective.exec(text)
    if (found !== null) return { file, line: text.slice(0, found.index).split('\n').length }
  }
  return undefined
}

/** Plain manifests are read where they stand, with the line of every field. */
export function readPlain(side: TargetSide, files: RenderRequest['files']): Rendered {
  const resources: Resource[] = []
  for (const [path, { content, mode }] of files) {
    if (mode === '120000' || side.closure.beside.has(path)) continue
    if (!isUtf8(content)) {
      const failure = { code: 'input-refused', message: 'it is no UTF-8 text', file: path }
      return { resources: [], failure }
    }
    const text = content.toString('utf8')
    const parsed = parseManifests(text, { file: path, positions: true, foreign: 'skip' })
    if (parsed.ok) resources.push(...parsed.value)
    else {
      const [problem] = parsed.problems
      const failure = {
        code: 'render-failed',
        message: problem?.message ?? '',
        file: path,
        line: problem?.line,
      }
      return { resources: [], failure }
    }
  }
  return { resources }
}
