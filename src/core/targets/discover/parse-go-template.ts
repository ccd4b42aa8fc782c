import type { Json } from '../../change/resource.ts'
import { NotEvaluated } from './not-evaluated.ts'

export type Expression =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'field'; readonly path: readonly string[] }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly path: readonly string[] }

/** Commands that hand their value on, each a function with arguments or one value. */
export interface Pipeline {
  readonly commands: readonly (readonly Expression[])[]
}

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly pipeline: Pipeline; readonly source: string }
  | { readonly kind: 'assign'; readonly name: string; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range'
      readonly pipeline: Pipeline
      readonly key?: string | undefined
      readonly value?: string | undefined
      readonly then: readonly TemplateNode[]
      readonly otherwise: readonly TemplateNode[]
    }

const deepest = 50

type Piece = { readonly text: string } | { readonly action: string }

/** Reads a Go template. Throws NotEvaluated for what is not known here. https://pkg.go.dev/text/template */
export function parseTemplate(text: string): readonly TemplateNode[] {
  const pieces = cut(text)
  let at = 0
  const nodes = block(0)
  if (at < pieces.length) throw new NotEvaluated('its template has an end too many')
  return nodes

  /** Up to the `end` or `else` that belongs to whoever asks; that piece is left. */
  function block(depth: number): TemplateNode[] {
    if (depth > deepest) throw new NotEvaluated('its template is nested too deeply')
    const found: TemplateNode[] = []
    for (let piece = pieces[at]; piece !== undefined; piece = pieces[at]) {
      if ('text' in piece) {
        if (piece.text !== '') found.push({ kind: 'text', text: piece.text })
        at++
        continue
      }
      const { action } = piece
      if (/^(?:end|else)\b/.test(action)) return found
      at++
      if (action === '' || action.startsWith('/*')) continue
      const opening = /^(if|with|range)\b\s*([\s\S]*)$/.exec(action)
      if (opening !== null) found.push(branch(opening[1] as 'if' | 'with' | 'range', opening[2] ?? '', depth))
      else found.push(simple(action))
    }
    if (depth > 0) throw new NotEvaluated('its template lacks an end')
    return found
  }

  function branch(kind: 'if' | 'with' | 'range', head: string, depth: number): TemplateNode {
    const names = kind === 'range' ? /^(?:(\$\w+)\s*,\s*)?(\$\w+)\s*:=\s*([\s\S]*)$/.exec(head) : null
    const pipeline = parsePipeline(names?.[3] ?? head)
    const then = block(depth + 1)
    let otherwise: readonly TemplateNode[] = []
    const piece = pieces[at]
    const action = piece !== undefined && 'action' in piece ? piece.action : ''
    const chained = /^else\s+(if|with)\b\s*([\s\S]*)$/.exec(action)
    at++
    if (chained !== null) otherwise = [branch(chained[1] as 'if' | 'with', chained[2] ?? '', depth + 1)]
    else if (action === 'else') {
      otherwise = block(depth + 1)
      at++
    }
    return { kind, pipeline, key: names?.[1], value: names?.[2], then, otherwise }
  }
}

function simple(action: string): TemplateNode {
  if (/^(?:define|template|block|break|continue)\b/.test(action))
    throw new NotEvaluated(`its template has {{${action}}}, which is not evaluated`)
  const assignment = /^(\$\w+)\s*:=\s*([\s\S]*)$/.exec(action)
  return assignment === null
    ? { kind: 'output', pipeline: parsePipeline(action), source: action }
    : { kind: 'assign', name: assignment[1] ?? '', pipeline: parsePipeline(assignment[2] ?? '') }
}

/** Texts and actions in turn; `{{-` and `-}}` take the white space beside them away. */
function cut(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let done = 0
  let trims = false
  for (const found of text.matchAll(
    /\{\{(- )?((?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`}{]|\{(?!\{)|\}(?!\}))*?)( -)?\}\}/g,
  )) {
    const before = text.slice(done, found.index)
    const start = trims ? before.trimStart() : before
    pieces.push({ text: found[1] === undefined ? start : start.trimEnd() })
    pieces.push({ action: (found[2] ?? '').trim() })
    trims = found[3] !== undefined
    done = found.index + found[0].length
  }
  const rest = text.slice(done)
  if (rest.includes('{{')) throw new NotEvaluated('its template has {{ that is not closed')
  return [...pieces, { text: trims ? rest.trimStart() : rest }]
}

const token =
  /\s*(?:("(?:[^"\\]|\\.)*")|(`[^`]*`)|(-?\d+(?:\.\d+)?)(?![\w.])|(\$\w*(?:\.\w+)*)|((?:\.\w+)+|\.)|(\()|(\)(?:\.\w+)*)|(\|)|([A-Za-z]\w*))/y

function parsePipeline(text: string): Pipeline {
  let at = 0
  const pipeline = read(0)
  if (at < text.length) throw unknown()
  return pipeline

  function unknown(): NotEvaluated {
    return new NotEvaluated(`its template has {{${text}}}, which is not evaluated`)
  }

  function read(depth: number): Pipeline {
    if (depth > deepest) throw unknown()
    const commands: Expression[][] = [[]]
    for (;;) {
      token.lastIndex = at
      if (/^\s*$/.test(text.slice(at))) {
        at = text.length
        if (depth > 0) throw unknown()
        return { commands }
      }
      const found = token.exec(text)
      if (found === null) throw unknown()
      const [, quoted, raw, number, variable, field, open, close, pipe, name] = found
      if (close !== undefined) {
        if (depth === 0) throw unknown()
        return { commands }
      }
      at += found[0].length
      const current = commands.at(-1)
      if (pipe !== undefined) commands.push([])
      else if (open !== undefined) current?.push(group(depth))
      else current?.push(expression({ quoted, raw, number, variable, field, name }))
    }
  }

  function group(depth: number): Expression {
    const pipeline = read(depth + 1)
    token.lastIndex = at
    const close = token.exec(text)
    at += close?.[0].length ?? 0
    return { kind: 'group', pipeline, path: segments((close?.[7] ?? ')').slice(1)) }
  }

  function expression(parts: Readonly<Record<string, string | undefined>>): Expression {
    const { quoted, raw, number, variable, field, name } = parts
    if (quoted !== undefined) return { kind: 'literal', value: unquoted(quoted) }
    if (raw !== undefined) return { kind: 'literal', value: raw.slice(1, -1) }
    if (number !== undefined) return { kind: 'literal', value: Number(number) }
    if (field !== undefined) return { kind: 'field', path: segments(field) }
    if (variable !== undefined) {
      const [first = '$', ...path] = variable.split('.')
      return { kind: 'variable', name: first, path }
    }
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' }
    if (name === 'nil') return { kind: 'literal', value: null }
    return { kind: 'name', name: name ?? '' }
  }

  function unquoted(literal: string): string {
    try {
      return JSON.parse(literal) as string
    } catch {
      throw unknown()
    }
  }
}

function segments(path: string): readonly string[] {
  return path.split('.').filter((each) => each !== '')
}
