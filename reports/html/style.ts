/** The page's style. No `url()`, no fonts to fetch: what the system has. Colours meet WCAG AA on both backgrounds. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --sheet: #f6f7f8; --ink: #16191d; --soft: #545c66; --rule: #dfe3e8; --firm: #aab2bc; --link: #0b57a4;
  --critical: #a8103f; --high: #b3430b; --medium: #80600a; --low: #3b6587; --unknown: #6a4fa3; --suppressed: #5b636d; --good: #24683f;
  --alert: #fff4e2; --alert-rule: #c77700;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono", "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #13161a; --sheet: #1b1f25; --ink: #e7eaee; --soft: #a3acb8; --rule: #2c323a; --firm: #58616d; --link: #83b9f2;
    --critical: #ff7d9d; --high: #ff9a5c; --medium: #e0b84a; --low: #86b6da; --unknown: #b9a2ee; --suppressed: #a3acb8; --good: #7fcb9a;
    --alert: #2d2413; --alert-rule: #e09a2c;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 70.5rem; padding: 0 1.5rem 4rem; background: var(--paper); color: var(--ink); font: 0.9375rem/1.5 var(--sans); overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: 0.15em; }
code, pre { font-family: var(--mono); font-size: 0.86em; }
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 1.9rem; line-height: 1.22; font-weight: 620; letter-spacing: -0.015em; max-width: 46rem; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 620; letter-spacing: -0.005em; margin: 0 0 0.6rem; }
h3 { font-size: 1rem; font-weight: 620; }
h4 { font-size: 0.9375rem; font-weight: 620; margin: 1.4rem 0 0.4rem; }
h5 { font-size: 0.8125rem; font-weight: 500; color: var(--soft); margin: 0.8rem 0 0.25rem; }
main > section { margin-top: 3.25rem; }
main > section > p { max-width: 46rem; color: var(--soft); margin-bottom: 0.9rem; }
#overview { margin-top: 1.75rem; }
.quiet { color: var(--soft); }
.warn { color: var(--high); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
[hidden] { display: none !important; }
.skip { position: absolute; left: -100rem; top: 0; background: var(--paper); padding: 0.5rem 1rem; z-index: 9; }
.skip:focus { left: 0.5rem; }

header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; justify-content: space-between; padding: 1.1rem 0 0.6rem; color: var(--soft); font-size: 0.8125rem; }
.brand strong { color: var(--ink); font-weight: 680; }
nav { border-block: 1px solid var(--rule); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
nav a { display: inline-block; padding: 0.45rem 0; color: var(--ink); text-decoration: none; font-size: 0.875rem; }
nav a:hover { text-decoration: underline; }
.lede { margin: 0.6rem 0 1.4rem; color: var(--soft); }
.notice { margin-top: 1.5rem; padding: 0.7rem 1rem; background: var(--sheet); }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--soft); font-size: 0.8125rem; }

.critical { --tone: var(--critical); } .high { --tone: var(--high); } .medium { --tone: var(--medium); } .low { --tone: var(--low); }
.unknown { --tone: var(--unknown); } .suppressed { --tone: var(--suppressed); }
.mark { display: inline-block; width: 0.62em; height: 0.62em; margin-right: 0.45em; background: var(--tone, var(--firm)); border-radius: 1px; }
.unknown .mark { background: none; border: 2px solid var(--tone); }
.suppressed .mark { background: none; border: 2px dotted var(--tone); }
svg.bar { display: block; width: 100%; height: 0.5rem; }
svg.bar rect { fill: var(--tone); }
.counts { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: 0.5rem 1rem; margin-top: 0.8rem; }
.counts a { display: block; color: inherit; text-decoration: none; }
.counts a:hover .tone { text-decoration: underline; }
.amount { display: block; font-size: 1.75rem; line-height: 1.2; font-weight: 560; font-variant-numeric: tabular-nums; letter-spacing: -0.02em; color: var(--tone, var(--ink)); }
.tone { font-size: 0.8125rem; color: var(--soft); }
.counts .none .amount { color: var(--soft); font-weight: 400; }
.incomplete { margin: 2rem 0 0; padding: 1.1rem 1.25rem 1.25rem; background: var(--alert); border: 1px solid var(--alert-rule); border-radius: 3px; }
.incomplete h3 { margin: 1rem 0 0.3rem; }
.incomplete p + *, .incomplete details { margin-top: 0.7rem; }
.incomplete .quiet { color: inherit; }
.incomplete td:first-child { min-width: 16rem; } .incomplete td:nth-child(3) { min-width: 9rem; } .incomplete td:nth-child(4) { min-width: 14rem; }
.incomplete td:not(:nth-child(2)), #coverage td:first-child { overflow-wrap: anywhere; }
#coverage td:first-child { min-width: 11rem; }
.checks + p, #changes details { margin-top: 0.8rem; }
.checks { list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; }
.fixed { list-style: none; margin-top: 0.5rem; } .fixed li { padding: 0.3rem 0; } .fixed s { text-decoration: none; }

.scroll { overflow-x: auto; }
/* Columns are never narrower than their words, which "anywhere" would allow; where long text would push others away, it is allowed cell by cell. */
table { overflow-wrap: break-word; border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.32rem 0.9rem 0.32rem 0; border-bottom: 1px solid var(--rule); font-weight: 400; }
thead th { color: var(--soft); font-size: 0.8125rem; }
th code { color: var(--soft); }
.num { text-align: right; white-space: nowrap; overflow-wrap: normal; }
td.num.none { color: var(--soft); }
td.num:not(.none) { color: var(--tone, inherit); font-weight: 560; }
.accounts .cloud th { padding-top: 1rem; font-weight: 620; }
.accounts tbody th[scope="row"] { min-width: 9rem; width: 42%; }
.accounts td:last-child { min-width: 8rem; }

summary { cursor: pointer; }
details.alt, details.why { font-size: 0.8125rem; color: var(--soft); margin-top: 0.3rem; }
details.alt ol { padding-left: 1.5rem; margin-top: 0.4rem; } details.alt ul { list-style: none; padding: 0; } details.alt li { margin-bottom: 0.3rem; }
#coverage details { margin-top: 0.6rem; }
#coverage > ul { padding-left: 1.1rem; }
.map svg { display: block; width: 100%; height: auto; margin-bottom: 0.5rem; }
figure p.quiet { font-size: 0.8125rem; margin-top: 0.3rem; }
svg text { font-family: var(--sans); fill: var(--ink); font-size: 12.5px; }
svg .role { font-size: 11px; fill: var(--soft); }
svg .stop.goal, svg .stop.source { font-weight: 620; }
svg .says { font-family: var(--mono); font-size: 11px; fill: var(--soft); }
svg .line { stroke: var(--firm); stroke-width: 2; fill: none; }
svg .line.reply { stroke-dasharray: 3 4; }
svg rect.bar, svg .end { fill: var(--ink); }
svg text.bar { fill: var(--paper); font-size: 12px; letter-spacing: 0.02em; }
svg circle.passage { fill: var(--paper); stroke: var(--firm); stroke-width: 2; }
svg rect.gate { fill: var(--ink); stroke: var(--paper); stroke-width: 2; }
svg rect.decides, svg .arrow { fill: var(--tone, var(--ink)); }
svg rect.decides { stroke: var(--paper); stroke-width: 2; }
svg rect.gap { fill: var(--paper); stroke: var(--tone, var(--ink)); stroke-width: 2; stroke-dasharray: 3 2; }
svg path.held { stroke: var(--good); stroke-width: 3; fill: none; }
svg .row { cursor: default; } .js svg .row { cursor: pointer; }
.js svg .row:hover .line { stroke: var(--tone); }

#filter { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 0.7rem 0.8rem; align-items: end; padding: 0.9rem 1rem 0.8rem; background: var(--sheet); border-radius: 3px; }
#filter label { display: block; font-size: 0.8125rem; color: var(--soft); }
#filter .wide { grid-column: 1 / -1; }
#filter input, #filter select { display: block; width: 100%; margin-top: 0.2rem; min-height: 2.25rem; padding: 0.3rem 0.5rem; font: inherit; font-size: 0.9375rem; color: var(--ink); background: var(--paper); border: 1px solid var(--firm); border-radius: 3px; }
#filter .actions { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0.4rem 0.6rem; align-items: center; }
#count { margin-right: auto; color: var(--ink); font-variant-numeric: tabular-nums; }
button { font: inherit; font-size: 0.8125rem; min-height: 2rem; padding: 0.2rem 0.7rem; color: var(--ink); background: var(--paper); border: 1px solid var(--firm); border-radius: 3px; cursor: pointer; }
button:hover { border-color: var(--ink); }
.divider { margin-top: 2.6rem; padding-bottom: 0.3rem; border-bottom: 2px solid var(--tone, var(--ink)); color: var(--tone, var(--ink)); font-weight: 620; font-size: 1.0625rem; }
.divider::first-letter { text-transform: uppercase; }
.divider span { float: right; font-weight: 400; font-size: 0.875rem; color: var(--soft); }
.by-resource .divider { display: none; }
.group { margin-top: 1.7rem; }
.group .head { margin-bottom: 0.35rem; }
.group h3 { font-family: var(--mono); font-size: 0.9375rem; }
.group h3 .n { font: 400 0.875rem var(--sans); color: var(--soft); margin-left: 0.3rem; }
.group .head p { font-size: 0.875rem; color: var(--soft); max-width: 52rem; }
.group ul { list-style: none; border-top: 1px solid var(--rule); }
.group > ul + ul { border-top: 0; }
.group > ul > li { border-bottom: 1px solid var(--rule); overflow: clip; overflow-clip-margin: 3px; }
.long > ul, .chunk { content-visibility: auto; contain-intrinsic-block-size: auto 240rem; }
.group li > details > summary { display: block; position: relative; padding: 0.55rem 0 0.55rem 1.4rem; }
.group li > details > summary::-webkit-details-marker { display: none; }
.group li > details > summary::before { content: ""; position: absolute; left: 0.25rem; top: 1.02rem; width: 0.4rem; height: 0.4rem; border: solid var(--soft); border-width: 0 1.6px 1.6px 0; transform: rotate(-45deg); }
.group li > details[open] > summary::before { transform: rotate(45deg); }
.group li > details > summary:hover { background: var(--sheet); }
.group li > details > summary:focus-visible { outline-offset: -2px; }
summary .id { font-family: var(--mono); font-size: 0.8125rem; color: var(--soft); }
summary .at { float: right; margin-left: 1rem; font-size: 0.8125rem; color: var(--soft); max-width: 45%; text-align: right; }
summary .msg { display: block; max-width: 56rem; }
.new { padding: 0 0.4em; border: 1px solid currentColor; border-radius: 2px; font-size: 0.75rem; color: var(--high); }
.label { display: inline-block; margin-right: 0.6rem; font-size: 0.8125rem; color: var(--tone); }
li:target > details > summary { background: var(--sheet); box-shadow: inset 3px 0 0 var(--link); }

.d { padding: 0.4rem 0 1.6rem 1.4rem; }
.d[data-pack]:empty::before { content: "The evidence of this finding is packed to keep the file small, and needs JavaScript; the JSON report has it too."; color: var(--soft); }
.figures { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; margin: 0.4rem 0 0.6rem; }
.chain { width: 330px; max-width: 100%; }
.chain figcaption { font-weight: 620; margin-bottom: 0.4rem; }
.chain svg { display: block; max-width: 100%; overflow: visible; }
.facts { min-width: 0; }
.part { margin-bottom: 0.6rem; }
.facts dl { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: 0.15rem 1rem; font-size: 0.875rem; }
.facts dt { color: var(--soft); } .facts dd dl { grid-template-columns: max-content minmax(0, 1fr); }
.grant + .grant { margin-top: 0.8rem; padding-top: 0.8rem; border-top: 1px solid var(--rule); }
.facts p { max-width: 52rem; }
.facts td .long { overflow-wrap: anywhere; } .facts td:has(.long) { min-width: 9rem; } .whole { white-space: nowrap; }
.copy { position: relative; margin-bottom: 0.5rem; }
.copy pre { margin: 0; padding: 0.6rem 0.8rem; background: var(--sheet); border-radius: 3px; white-space: pre-wrap; }
.copy pre > span { display: block; padding-left: 2ch; text-indent: -2ch; }
.lines { white-space: pre-line; }
.copy button { margin-top: 0.35rem; }
.suppressed p { margin-bottom: 0.3rem; }
div.suppressed { padding: 0.6rem 0.9rem; margin-bottom: 0.8rem; background: var(--sheet); border-radius: 3px; }
div.suppressed dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.1rem 1rem; font-size: 0.875rem; } div.suppressed dt { color: var(--soft); }
#nothing { margin-top: 1.5rem; }
@media (min-width: 61rem) {
  .d:has(> .figures) { display: grid; grid-template-columns: 330px minmax(0, 1fr); gap: 0 2.5rem; }
  .d > .suppressed { grid-column: 1 / -1; }
  .figures { flex-direction: column; }
  .figures + .facts > h4:first-child { margin-top: 0.4rem; }
}
@media (max-width: 47rem) {
  body { padding: 0 1rem 3rem; }
  h1 { font-size: 1.5rem; }
  main > section { margin-top: 2.5rem; }
  .counts { grid-template-columns: repeat(3, 1fr); }
  .map svg { display: none; }
  #filter { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  summary .at { float: none; margin: 0; max-width: none; text-align: left; }
  .group li > details > summary { padding-left: 1.1rem; } .group li > details > summary::before { left: 0; }
  .d { padding-left: 0; }
  .facts td:last-child { min-width: 9rem; } .incomplete td:first-child { min-width: 9rem; }
  .facts dl, .facts dd dl, div.suppressed dl { grid-template-columns: minmax(0, 1fr); } .facts dd { margin-bottom: 0.35rem; }
}
@media print {
  :root { --paper: #fff; --sheet: #f3f4f5; --ink: #000; --soft: #444; --rule: #ccc; --firm: #888; --link: #000;
    --critical: #a8103f; --high: #a33c08; --medium: #6e5207; --low: #2f5675; --unknown: #55408a; --suppressed: #444; --good: #1d5a35; --alert: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  @page { margin: 16mm 14mm; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  nav, .skip, #filter, button, noscript, #nothing, .why, .alt > summary { display: none !important; }
  .map svg { display: block; }
  .counts { grid-template-columns: repeat(6, 1fr); }
  .accounts tbody th[scope="row"] { width: 34%; }
  .meant { display: none; }
  summary { break-inside: avoid; }
  .long > ul, .chunk { content-visibility: visible; }
  .group li > details > summary::before { display: none; }
  .group li > details > summary, .d { padding-left: 0; }
  .d:has(> .figures) { display: block; }
  .figures { flex-direction: row; }
  .chain, .chain svg { width: 245px; height: auto; }
  .group li > details > summary, h2, h3, h4, h5, .divider, .head { break-after: avoid; }
  figure, tr, .copy { break-inside: avoid; }
  .group.critical li > details::details-content, details:has(> .fixed)::details-content { content-visibility: visible; block-size: auto; }
  .scroll { overflow: visible; }
  a { text-decoration: none; }
}
`;
