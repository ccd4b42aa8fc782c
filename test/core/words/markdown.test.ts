import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marked } from 'marked'
import {
  codeSpan,
  escapeHtml,
  escapeText,
  fencedBlock,
  textWithCode,
  textWithoutCode,
} from '../../../src/core/words/markdown.ts'

describe('core/words/markdown', () => {
  it.each([
    ['a mention', '@acme/release', '@\u200bacme/release'],
    ['emphasis', '**bold** _it_', '\\*\\*bold\\*\\* \\_it\\_'],
    ['a link', '[x](http://evil)', '\\[x\\](http\u200b://evil)'],
    ['an image', '![x](https://evil/p.png)', '!\\[x\\](https\u200b://evil/p.png)'],
    ['HTML', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['a formula', '$x$', '$\u200bx$\u200b'],
    ['an issue', 'see #12', 'see #\u200b12'],
    ['a list', '- a', '\\- a'],
    ['a numbered list', '1. a', '1\\. a'],
    ['a table cell', 'a | b', 'a \\| b'],
    ['a line break', 'a\n## b', 'a #\u200b#\u200b b'],
    ['a bidirectional override', 'a\u202eb', 'a\\\\u202eb'],
  ])('makes %s plain text', (_, text, expected) => {
    expect(escapeText(text)).toBe(expected)
  })

  it('keeps a code span closed', () => {
    expect(codeSpan('a`b``c')).toBe('```a`b``c```')
    expect(codeSpan('`')).toBe('`` ` ``')
    expect(codeSpan('a|b\nc')).toBe('`a\\|b c`')
  })

  it.each([
    ['`/retry` asks now.', '`/retry` asks now.', '/retry asks now.'],
    ['Remove `hostPort` *now*', 'Remove `hostPort` \\*now\\*', 'Remove hostPort *now*'],
    ['`/unfreeze a`b` ends it', '`/unfreeze a`b\\` ends it', '/unfreeze ab` ends it'],
    ['`a|@acme', '\\`a\\|@\u200bacme', '`a|@acme'],
  ])('shows %j as code in Markdown and plainly elsewhere', (text, code, plain) => {
    expect([textWithCode(text), textWithoutCode(text)]).toEqual([code, plain])
  })

  it('makes nothing but code of what somebody else wrote into our words', () => {
    const hostile = fc.stringMatching(/^[`\\*_[\]()<>!a#@|~-]{0,20}$/)
    fc.assert(
      fc.property(hostile, hostile, (before, after) => {
        const html = marked.parse(`x ${textWithCode(`${before} \`/retry\` ${after}`)}`, { async: false })
        expect(html.replaceAll(/<\/?(?:p|code)>/g, '')).not.toMatch(/[<>]/)
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves no way out of a fence, a cell or an element', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (lines, text) => {
        const block = fencedBlock('diff', lines).split('\n')
        const fence = block.at(-1) ?? ''
        const inside = block.slice(1, -1)
        expect(inside.some((line) => line.includes(fence))).toBe(false)
        expect(inside).toHaveLength(lines.length)
        expect(escapeText(text)).not.toMatch(/[\n<>]|(?<!\\)[|`*[\]]|[@$#](?!\u200b)/)
        expect(escapeHtml(text)).not.toMatch(/[\n<>"`*|]|@(?!\u200b)/)
      }),
    )
  })
})
