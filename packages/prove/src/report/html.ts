import { printChanges } from '../against.ts'
import { type CallerKind, callerKinds, callerLabel } from '../callers.ts'
import type { Verdict } from '../verdict.ts'
import { curlLine } from './curl.ts'
import { escapeMarkup as e } from './escape.ts'
import { mendOf } from './mend.ts'
import {
  callersIn,
  columns,
  type Group,
  groupsOf,
  type Report,
  type RouteReport,
  summary,
  verdicts,
  worst,
} from './report.ts'

const meaning: Record<Verdict, string> = {
  breach: 'Breach',
  'locked-out': 'Allowed caller rejected',
  unproven: 'Not proven',
  'not-tried': 'Not tried',
  'guard-only': 'Guard only: no caller got a 2xx',
  skipped: 'Skipped as configured',
  held: 'Held',
}
const mark: Record<Verdict, string> = {
  breach: '✗',
  'locked-out': '!',
  unproven: '?',
  'not-tried': '–',
  'guard-only': 'g',
  skipped: 's',
  held: '✓',
}

const style = `
:root{color-scheme:light dark;--line:#8884;--held:#1a7f37;--breach:#cf222e;--locked-out:#cf222e;--unproven:#9a6700;--guard-only:#9a6700;--not-tried:#6e7781;--skipped:#6e7781}
@media (prefers-color-scheme:dark){:root{--held:#3fb950;--breach:#ff7b72;--locked-out:#ff7b72;--unproven:#d29922;--guard-only:#d29922;--not-tried:#9198a1;--skipped:#9198a1}}
*{box-sizing:border-box}html{scroll-padding-top:3.5rem}nav{position:sticky;top:0;z-index:2;background:Canvas;border-bottom:1px solid var(--line);padding:.6rem 0;display:flex;flex-wrap:wrap;gap:.2rem 1rem}.filter{margin:.4rem 0}.filter input{accent-color:var(--breach)}body:has(#unproven-only:checked) .fine{display:none}:target{outline:2px solid var(--unproven);outline-offset:.2rem}tbody td:first-child{background:Canvas}body{font:15px/1.5 system-ui,sans-serif;max-width:90rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h1{margin-bottom:.2rem;font-size:1.5rem}h2{font-size:1.2rem}.meta{opacity:.75}.counts{display:flex;flex-wrap:wrap;gap:.6rem;padding:0;list-style:none}
.counts li{border:1px solid var(--line);border-radius:.5rem;padding:.3rem .8rem}.counts b{font-size:1.3rem}
article{border:1px solid var(--line);border-left:.3rem solid var(--breach);border-radius:.4rem;padding:.2rem 1rem;margin:1rem 0}article h3{margin:.5rem 0;font-size:1rem}article p{margin:.4rem 0}
pre{white-space:pre-wrap;border:1px solid var(--line);border-radius:.3rem;padding:.5rem;margin:.5rem 0}
.scroll{overflow-x:auto;overflow-wrap:normal}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:middle}thead th{vertical-align:bottom}
thead th.kind{writing-mode:vertical-rl;transform:rotate(180deg);font-weight:500;white-space:nowrap}td.cell{text-align:center;font-weight:700}
.held{color:var(--held)}.breach{color:var(--breach)}.locked-out{color:var(--locked-out)}.unproven{color:var(--unproven)}.guard-only{color:var(--guard-only)}.not-tried{color:var(--not-tried)}.skipped{color:var(--skipped)}
code,pre{font:13px ui-monospace,monospace}summary{cursor:pointer;padding:.3rem 0}details table td{font-size:.9rem}
@media (min-width:40.01rem){.scroll{overflow:visible}.scroll thead th{position:sticky;top:2.9rem;background:Canvas;z-index:1}}
@media (max-width:40rem){body{margin:0 auto 1rem}.scroll td:first-child{position:sticky;left:0;min-width:9.5rem;max-width:45vw;overflow-wrap:anywhere}h1{font-size:1.1rem}.scroll th:nth-child(2),.scroll td:nth-child(2){display:none}details thead{display:none}details table,details tbody,details tr,details td{display:block;border:0}details tr{border-bottom:1px solid var(--line);padding:.3rem 0}details td{padding:0 .5rem}details td:empty{display:none}}`

/** One self-contained page that a reviewer can read: no script, nothing loaded, everything escaped, no response bodies. */
export function html(report: Report): string {
  const kinds = columns(report, Object.keys(callerKinds) as CallerKind[])
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${e(report.application)}: every route, every caller</title><style>${style}</style></head><body>
<nav><strong>${e(short(report))}</strong>${links(report)}</nav>
<h1>${e(report.application)}</h1>
<p class="meta">${e(report.base)} · ${e(report.startedAt)}${evidence(report)}</p>
<p><strong>${e(summary(report))}</strong></p>
${problems(report, 'breach', 'Breaches')}${problems(report, 'locked-out', 'Allowed callers rejected')}${changes(report)}
<ul class="counts">${verdicts.map((verdict) => `<li class="${verdict}"><b>${report.counts[verdict]}</b> ${meaning[verdict]}</li>`).join('')}</ul>
${report.remarks.map((remark) => `<p>${e(remark)}</p>`).join('\n')}
<h2 id="routes">Routes</h2>
<p class="filter"><label><input type="checkbox" id="unproven-only"> Only routes that need a look</label></p>
<div class="scroll"><table><thead><tr><th>Route</th><th>Allowed callers</th>${kinds.map((kind) => `<th class="kind" title="${e(callerKinds[kind])}">${e(callerLabel(kind))}</th>`).join('')}</tr></thead>
<tbody>${report.routes.map((row) => tableRow(row, kinds)).join('\n')}</tbody></table></div>
<h2 id="calls">Every call</h2>
${report.routes.map(details).join('\n')}
</body></html>
`
}

function problems(report: Report, verdict: Verdict, title: string): string {
  const groups = groupsOf(report, verdict)
  return groups.length === 0
    ? ''
    : `<h2 class="${verdict}" id="${verdict}">${title}</h2>\n${groups.map(problem).join('\n')}\n`
}

/** One thing to look at: who got what, what was sent, how to send it again, and where the route is. */
function problem({ route, findings }: Group): string {
  const [{ why, request }] = findings
  const mend = mendOf(findings[0])
  const { source } = route
  const place =
    source === null ? '' : `<p>Registered at <code>${e(`${source.file}:${source.line}`)}</code></p>`
  const sent =
    request === undefined
      ? ''
      : `<p>Sent</p><pre>${e([`${request.method} ${request.url}`, ...request.headers.map(([name, value]) => `${name}: ${value}`), ...(request.body === undefined ? [] : ['', request.body])].join('\n'))}</pre><p>Send it again</p><pre>${e(curlLine(request))}</pre>`
  return `<article><h3><code>${e(route.route)}</code> as ${e(callersIn(findings))}</h3>
<p>${e(why)}. Allowed callers: ${e(route.rule)}.</p>${mend === undefined ? '' : `<p><strong>Likely mend:</strong> ${e(mend)}</p>`}${place}${sent}<p><a href="#${anchor(route.route)}">Every call of this route</a></p></article>`
}

const isFine = ({ findings }: RouteReport): boolean =>
  findings.every(({ verdict }) => verdict === 'held' || verdict === 'skipped')

/** An id that nothing else on the page has, made of letters that need no escaping. */
const anchor = (route: string): string => `route-${Buffer.from(route).toString('base64url')}`

function short({ counts, routes }: Report): string {
  if (counts.breach > 0) return `${counts.breach} ${counts.breach === 1 ? 'breach' : 'breaches'}`
  return `${routes.length} routes, no breach`
}

function links(report: Report): string {
  const there: [string, string][] = [
    ...(report.counts.breach > 0 ? [['breach', 'Breaches'] as [string, string]] : []),
    ...(report.counts['locked-out'] > 0 ? [['locked-out', 'Rejected'] as [string, string]] : []),
    ...(report.against === undefined ? [] : [['changes', 'Differences'] as [string, string]]),
    ['routes', 'Routes'],
    ['calls', 'Calls'],
  ]
  return there.map(([id, name]) => ` <a href="#${id}">${name}</a>`).join('')
}

/** What a reviewer signs: which rules, shown by what. */
function evidence({ evidence: given, milliseconds }: Report): string {
  if (given === undefined) return ''
  const { manifest, prove, node } = given
  return ` · ${(milliseconds / 1000).toFixed(1)} s · gatehouse-prove ${e(prove)}, Node ${e(node)} · rules <code>sha256:${e(manifest)}</code>`
}

function changes({ against }: Report): string {
  if (against === undefined) return ''
  const lines =
    against.length === 0 ? 'No route differs.' : `<pre>${e(printChanges(against).join('\n'))}</pre>`
  return `<h2 id="changes">Differences from the committed manifest</h2>\n${lines}`
}

function tableRow(row: RouteReport, kinds: readonly CallerKind[]): string {
  const cells = kinds.map((kind) => {
    const verdict = worst(row.findings.filter(({ caller }) => caller === kind))
    return verdict === undefined
      ? '<td></td>'
      : `<td class="cell ${verdict}" title="${meaning[verdict]}">${mark[verdict]}</td>`
  })
  return `<tr${isFine(row) ? ' class="fine"' : ''}><td><a href="#${anchor(row.route)}"><code>${e(row.route)}</code></a></td><td>${e(row.rule)}</td>${cells.join('')}</tr>`
}

function details(row: RouteReport): string {
  const open = isFine(row) ? ' class="fine"' : ' open'
  const notes = row.notes.map((note) => `<p>${e(note)}</p>`).join('')
  // what needs a person first
  const ordered = row.findings.toSorted(
    (one, other) => verdicts.indexOf(one.verdict) - verdicts.indexOf(other.verdict),
  )
  const calls = ordered.map(
    ({ verdict, caller, as, variant, status, why }) =>
      `<tr><td class="${verdict}">${meaning[verdict]}</td><td>${e(callerLabel(caller))}</td><td>${e(variant === undefined ? as : `${as}, ${variant}`)}</td><td>${status ?? ''}</td><td>${e(why)}</td></tr>`,
  )
  return `<details id="${anchor(row.route)}"${open}><summary><code>${e(row.route)}</code> ${e(row.rule)}</summary>${notes}
<table><thead><tr><th>Shown</th><th>Caller</th><th>As</th><th>Status</th><th>Why</th></tr></thead><tbody>${calls.join('\n')}</tbody></table></details>`
}
