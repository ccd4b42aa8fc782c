import { Marked } from 'marked'
import sanitize from 'sanitize-html'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A diff with its added and removed lines coloured, as GitHub shows it. */
function diffLines(text: string): string {
  const kindOf = (line: string): string =>
    line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : line.startsWith('@@') ? 'hunk' : ''
  return text
    .split('\n')
    .map((line) => `<span class="${kindOf(line)}">${escape(line)}</span>`)
    .join('\n')
}

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    code: ({ text, lang }) =>
      `<pre class="code"><code>${lang === 'diff' ? diffLines(text) : escape(text)}</code></pre>`,
  },
})

/** GitHub's Markdown as HTML that is safe to show: what GitHub would strip is stripped. */
export function renderMarkdown(text: string): string {
  const html = marked.parse(text, { async: false })
  return sanitize(html, {
    allowedTags: [
      ...sanitize.defaults.allowedTags,
      'details',
      'summary',
      'del',
      'ins',
      'img',
      'input',
      'picture',
      'source',
    ],
    allowedAttributes: {
      a: ['href', 'title'],
      img: ['src', 'alt', 'title', 'width', 'height'],
      input: ['type', 'checked', 'disabled'],
      details: ['open'],
      th: ['align'],
      td: ['align', 'colspan', 'rowspan'],
      ol: ['start'],
    },
    allowedClasses: { span: ['add', 'del', 'hunk'], pre: ['code'] },
    allowedSchemes: ['http', 'https', 'mailto'],
  })
}
