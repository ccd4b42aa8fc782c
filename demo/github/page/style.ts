export const style = `
:root { color-scheme: light; --line: #d1d9e0; --soft: #f6f8fa; --text: #1f2328; --mute: #59636e; --link: #0969da; --green: #1a7f37; --red: #d1242f; --amber: #9a6700; --purple: #8250df; }
* { box-sizing: border-box; }
body { margin: 0; font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; color: var(--text); background: #fff; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
header { display: flex; align-items: center; gap: 16px; padding: 12px 24px; background: var(--soft); border-bottom: 1px solid var(--line); }
header .brand { font-weight: 600; color: var(--text); } header form { margin-left: auto; display: flex; gap: 8px; align-items: center; }
main { max-width: 1000px; margin: 24px auto; padding: 0 24px; }
h1 { font-size: 24px; font-weight: 500; line-height: 1.3; margin: 0 0 8px; } h1 .number { color: var(--mute); font-weight: 300; }
h2 { font-size: 16px; margin: 24px 0 8px; }
.mute { color: var(--mute); }
.badge { display: inline-block; padding: 3px 12px; border-radius: 20px; color: #fff; font-weight: 500; background: var(--mute); }
.badge.open { background: var(--green); } .badge.merged { background: var(--purple); } .badge.closed { background: var(--red); }
.pill { border: 1px solid var(--line); border-radius: 20px; padding: 0 8px; font-size: 12px; color: var(--mute); }
.box { border: 1px solid var(--line); border-radius: 6px; margin: 16px 0; overflow: hidden; }
.box > .head { background: var(--soft); padding: 8px 16px; border-bottom: 1px solid var(--line); color: var(--mute); display: flex; gap: 8px; align-items: center; flex-wrap: wrap; }
.box > .head strong { color: var(--text); }
.row { padding: 10px 16px; border-top: 1px solid var(--line); display: flex; gap: 10px; align-items: baseline; } .row:first-child { border-top: 0; } .row .end { margin-left: auto; }
.body { padding: 16px; overflow-x: auto; }
.event { margin: 12px 0 12px 16px; color: var(--mute); } .event strong { color: var(--text); }
.dot { display: inline-block; width: 10px; height: 10px; border-radius: 50%; background: var(--amber); flex: none; }
.dot.success { background: var(--green); } .dot.failure { background: var(--red); } .dot.neutral { background: var(--mute); }
.approved { color: var(--green); } .changes { color: var(--red); }
button, select, textarea { font: inherit; border: 1px solid var(--line); border-radius: 6px; padding: 5px 12px; background: var(--soft); color: var(--text); }
button { cursor: pointer; font-weight: 500; } button.primary { background: #1f883d; border-color: #1f883d; color: #fff; } button:disabled { opacity: .5; cursor: default; }
textarea { width: 100%; min-height: 90px; background: #fff; padding: 8px 12px; resize: vertical; }
.actions { display: flex; gap: 8px; margin-top: 8px; flex-wrap: wrap; align-items: center; }
.notice { border: 1px solid #d4a72c66; background: #fff8c5; border-radius: 6px; padding: 10px 16px; margin: 16px 0; }
.markdown table { border-collapse: collapse; margin: 8px 0 16px; display: block; overflow-x: auto; } .markdown th, .markdown td { border: 1px solid var(--line); padding: 6px 12px; text-align: left; } .markdown tr:nth-child(2n) td { background: var(--soft); }
.markdown > :first-child { margin-top: 0; } .markdown > :last-child { margin-bottom: 0; } .markdown h1, .markdown h2, .markdown h3 { line-height: 1.25; }
.markdown blockquote { border-left: 4px solid var(--line); margin-left: 0; padding-left: 16px; color: var(--mute); }
.markdown details { margin: 8px 0; } .markdown summary { cursor: pointer; }
code { font: 12px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: #818b981f; border-radius: 6px; padding: .2em .4em; }
pre.code { background: var(--soft); border-radius: 6px; padding: 12px 16px; overflow-x: auto; margin: 8px 0 16px; } pre.code code { background: none; padding: 0; }
span.add { background: #dafbe1; color: #116329; } span.del { background: #ffebe9; color: #82071e; } span.hunk { color: var(--mute); }
nav.tabs { display: flex; gap: 16px; border-bottom: 1px solid var(--line); margin: 16px 0; } nav.tabs a { padding: 8px 4px; color: var(--text); } nav.tabs a.here { border-bottom: 2px solid #fd8c73; font-weight: 600; }
`
