import { documentValue, readYamlDocuments, YamlProblem } from '../change/read-yaml.ts'
import type { RenderFailure } from './target.ts'

/**
 * Refuses YAML that unfolds into too much before a renderer sees it: a small alias bomb drives kustomize to gigabytes. Text without
 * anchors cannot unfold; text that is no YAML is for the renderer to refuse, unless it has anchors and aliases to hide behind.
 */
export function checkInput(path: string, text: string): RenderFailure | undefined {
  if (!/(?:^|[\s[{,:-])&[^\s,[\]{}]/m.test(text) || !/(?:^|[\s[{,:-])\*[^\s,[\]{}]/m.test(text))
    return undefined
  if (!/\.(?:ya?ml|json)$|(?:^|\/)Kustomization$/.test(path)) return undefined
  if (/\{\{/.test(text)) return undefined
  try {
    for (const document of readYamlDocuments(text)) documentValue(document)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof YamlProblem)) throw thrown
    return { code: 'input-refused', message: thrown.message, file: path, line: thrown.line }
  }
}
