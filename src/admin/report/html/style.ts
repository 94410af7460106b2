/** Colours that colour-blind readers can tell apart, light and dark. */
const COLOURS: readonly (readonly [name: string, light: string, dark: string])[] = [
  ['page', '#ffffff', '#0d1117'],
  ['card', '#f6f8fa', '#161b22'],
  ['ink', '#1f2328', '#f0f6fc'],
  ['soft', '#59636e', '#9da7b1'],
  ['edge', '#d1d9e0', '#3d444d'],
  ['link', '#0a5cc2', '#6cb0ff'],
  ['tint', '#cfe3f5', '#17395c'],
  ['reused', '#0072b2', '#56b4e9'],
  ['waiting', '#e69f00', '#f0b93f'],
  ['building', '#00875f', '#2fc295'],
  ['failed', '#c4361a', '#ff7b5c'],
  ['other', '#8a8f98', '#7d8590'],
  ['slot', '#b35a92', '#d98cbc'],
  ['restoring', '#5d4bb5', '#9d8df1'],
  ['publishing', '#075b8c', '#8fd0f7'],
  ['delivering', '#4d5966', '#b9c2cc'],
  ['looking', '#c3c9d1', '#4c535c'],
];

const FILLED = COLOURS.slice(COLOURS.findIndex(([name]) => name === 'reused')).map(([name]) => name);

/** The style sheet of the page. */
export const style = `:root{color-scheme:light dark;${colours(1)}}
@media(prefers-color-scheme:dark){:root{${colours(2)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Helvetica,Arial,sans-serif}
header,main{max-width:80rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:1.75rem;line-height:1.2;margin:0}
h2{font-size:1.2rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:1rem 0 0}
p{margin:.25rem 0;color:var(--soft);overflow-wrap:anywhere}
a{color:var(--link)}
code{font:.875em ui-monospace,"SF Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
section{margin:2rem 0;min-width:0}
.pair section{margin:0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.75rem;margin:1.5rem 0 0}
.cards div{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:.75rem 1rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.cards dt{color:var(--soft);font-size:.875rem}
.cards dd{margin:0;font-size:1.5rem;font-weight:600;line-height:1.25}
.pair{display:grid;gap:1.5rem 2.5rem;grid-template-columns:minmax(0,1fr)}
@media(min-width:64rem){.pair{grid-template-columns:repeat(2,minmax(0,1fr))}}
.tables{margin:2rem 0}
.scroll{overflow-x:auto}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--edge);vertical-align:top}
th{font-weight:600}
thead th{color:var(--soft);white-space:nowrap}
.figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.bar{background:linear-gradient(to right,var(--tint) var(--part),transparent 0)}
td:first-child code{display:inline-block;min-width:10rem}
.scroll td+td{white-space:nowrap}
svg{display:block}
.plot{display:grid;grid-template-columns:3.25rem minmax(0,1fr)}
.ticks{position:relative;font-size:.75rem;color:var(--soft)}
.ticks span{position:absolute;right:.5rem;transform:translateY(-50%);white-space:nowrap}
.chart text{font:12px system-ui,"Segoe UI",Helvetica,Arial,sans-serif;fill:var(--soft)}
.grid{stroke:var(--edge);stroke-dasharray:2 3}
.axis{stroke:var(--edge)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.5rem 0;padding:0;font-size:.875rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:.4rem}
details{margin:.5rem 0;font-size:.875rem}
summary{cursor:pointer;color:var(--soft)}
.run{margin-top:.5rem;table-layout:fixed}
.run th:first-child{width:22%;overflow-wrap:anywhere}
.run th:nth-child(2){width:46%}
.run tbody th{font-weight:400}
.run ul{margin:0;padding:0;list-style:none}
.ends{display:flex;justify-content:space-between}
.bars{background:var(--card);border-radius:3px}
.notes{padding-left:1.25rem;color:var(--soft);font-size:.875rem}
@media(max-width:44rem){
.run,.run tbody,.run tr,.run th,.run td{display:block}
.run thead{display:none}
.run tbody tr{padding:.5rem 0;border-bottom:1px solid var(--edge)}
.run tbody th,.run tbody td{border:0;padding:.1rem 0}
.run tbody th,.run th:first-child{width:auto;font-weight:600}
}
${FILLED.map((name) => `.${name}{fill:var(--${name})}`).join('')}
`;

function colours(theme: 1 | 2): string {
  return COLOURS.map((colour) => `--${colour[0]}:${colour[theme]}`).join(';');
}
