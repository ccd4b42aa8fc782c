import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Account } from '../world/model.ts'
import { renderMarkdown } from './markdown.ts'
import { style } from './style.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** The frame of every page, with who you are at the top. */
export function layout(
  options: {
    title: string
    me: Account | null
    people: readonly Account[]
    here: string
    notice?: string | undefined
  },
  content: Html,
): Html {
  const { title, me, people, here, notice } = options
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <header>
          <a class="brand" href="/">Local GitHub</a>
          <form method="post" action="/session">
            <label for="login" class="mute">You are</label>
            <select id="login" name="login">
              ${people.map((person) => html`<option value="${person.login}" ${person === me ? 'selected' : ''}>${person.login}</option>`)}
            </select>
            <input type="hidden" name="back" value="${here}" />
            <button>Switch</button>
          </form>
        </header>
        <main>
          ${notice === undefined ? '' : html`<div class="notice" role="alert">${notice}</div>`} ${content}
        </main>
      </body>
    </html>`
}

export const markdown = (text: string): Html => html`<div class="markdown">${raw(renderMarkdown(text))}</div>`

/** `3 minutes ago`. */
export function ago(then: string, now: string): string {
  const seconds = Math.max(0, (Date.parse(now) - Date.parse(then)) / 1000)
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size)
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'} ago`
  }
  return 'just now'
}
