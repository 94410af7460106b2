import { I as formatDuration, z as shorten } from "./command.js";
import { at as dayOf } from "./run.js";
import { a as PHASES, c as minute, d as sectionsOf, f as subjectOf, i as NAMES, l as number, m as Figures, o as KEY_TABLES, p as notKnown, r as timelinesOf, s as gapsOf, u as percent, w as isPlainAddress } from "./verbs.js";
// src/admin/report/html/markup.ts
const NAMED = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;",
	"'": "&#39;"
};
function text(value) {
	return value.replace(/[&<>"']/g, (sign) => NAMED[sign] ?? sign);
}
function share(part, whole) {
	return `${Math.round((whole > 0 ? part / whole : 0) * 1e4) / 100}%`;
}
// src/admin/report/html/day-chart.ts
const [TOP, BOTTOM, HEIGHT] = [
	18,
	188,
	214
];
const NAMED_DAYS = 5;
const FEWEST = 7;
function dayChart({ id, title, description, days, series, told }) {
	const sums = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
	const most = niceAbove(Math.max(...sums));
	const slots = Math.max(days.length, FEWEST);
	const at = (day) => share(slots - days.length + day, slots);
	const bars = days.map((day, index) => {
		const parts = series.filter(({ values }) => (values[index] ?? 0) > 0);
		return `<g><title>${day}: ${text(parts.map(({ name, values }) => `${name} ${told(values[index] ?? 0)}`).join(", ") || "nothing")}</title>${stack(parts, index, most, at(index), share(.78, slots))}</g>`;
	});
	const ticks = [most, most / 2].map((value) => ({
		value,
		y: BOTTOM - value / most * (BOTTOM - TOP)
	}));
	const lines = ticks.map(({ y }) => `<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/>`);
	const labels = ticks.map(({ value, y }) => `<span style="top:${y}px">${text(told(value))}</span>`);
	const step = Math.ceil(days.length / NAMED_DAYS);
	const names = days.flatMap((day, index) => {
		const fromLast = days.length - 1 - index;
		if (fromLast % step !== 0) return [];
		const [x, anchor] = fromLast === 0 ? ["100%", "end"] : [share(slots - fromLast - .61, slots), "middle"];
		return [`<text x="${x}" y="${HEIGHT - 4}" text-anchor="${anchor}">${day.slice(5)}</text>`];
	});
	return `<div class="plot"><div class="ticks" aria-hidden="true">${labels.join("")}</div>
<svg class="chart" width="100%" height="${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-about">
<title id="${id}-title">${text(title)}</title><desc id="${id}-about">${text(description)}</desc>
${lines.join("\n")}
${bars.join("\n")}
<line class="axis" x1="0" x2="100%" y1="${BOTTOM}" y2="${BOTTOM}"/>
${names.join("")}
</svg></div>`;
}
function stack(parts, day, most, x, width) {
	let y = BOTTOM;
	return parts.map(({ colour, values }) => {
		const height = Math.round((values[day] ?? 0) / most * (BOTTOM - TOP) * 10) / 10;
		y -= height;
		return `<rect class="${colour}" x="${x}" y="${Math.round(y * 10) / 10}" width="${width}" height="${height}"/>`;
	}).join("");
}
function niceAbove(value) {
	if (value <= 0) return 2;
	const power = 10 ** Math.floor(Math.log10(value));
	return ([
		1,
		2,
		4,
		6,
		8,
		10
	].find((step) => step * power >= value) ?? 10) * power;
}
function legend(series) {
	return `<ul class="legend">${series.map(({ name, colour }) => {
		return `<li><svg width="12" height="12" aria-hidden="true"><rect class="${colour}" width="12" height="12" rx="2"/></svg>${text(name)}</li>`;
	}).join("")}</ul>`;
}
// src/admin/report/html/tables.ts
const NAME = 60;
function tableSection(section, parts) {
	return `<section>
<h2>${text(section.title)}</h2>
${table(section, parts)}
</section>`;
}
function table({ title, columns, rows }, parts = []) {
	const most = Math.max(0, ...parts);
	const head = columns.map((column) => `<th scope="col"${align(column)}>${text(column.title)}</th>`).join("");
	const body = rows.map((row, index) => {
		const bar = parts[index] === void 0 ? void 0 : share(parts[index], most);
		return `<tr>${row.map((each, at) => cell(each, columns[at], at === barColumn(columns) ? bar : void 0)).join("")}</tr>`;
	});
	return `<div class="scroll" role="region" aria-label="${text(title)}" tabindex="0"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody></table></div>`;
}
function barColumn(columns) {
	return columns.findIndex(({ right }) => right === true);
}
function align(column) {
	return column?.right ? " class=\"figure\"" : "";
}
function cell(value, column, bar) {
	if (bar !== void 0) return `<td class="figure bar" style="--part:${bar}">${text(value)}</td>`;
	return `<td${align(column)}>${inside(value, column)}</td>`;
}
function inside(value, column) {
	if (column?.link) return link(value, "run");
	return column?.name && value !== "" ? name(value) : text(value);
}
function name(value) {
	const shown = shorten(value, NAME);
	return `<code${shown === value ? "" : ` title="${text(value)}"`}>${text(shown)}</code>`;
}
function link(address, label) {
	if (!isPlainAddress(address)) return text(address);
	return `<a href="${text(address)}" rel="noopener noreferrer">${text(label)}</a>`;
}
// src/admin/report/html/run-chart.ts
const TOLD = 4;
function runChart(timeline) {
	const { url, attempt, repository, workflow, startMs, endMs, jobs, leftOut } = timeline;
	const about = [
		repository,
		workflow,
		attempt === void 0 ? "" : `attempt ${attempt}`
	].filter(Boolean).join(", ");
	const used = new Set(jobs.flatMap(({ steps }) => steps.flatMap(({ phases }) => phases.map((phase) => phase.name))));
	const colours = PHASES.filter((phase) => used.has(phase)).map((phase) => ({
		name: NAMES[phase],
		colour: phase
	}));
	const looking = {
		name: "start and look",
		colour: "looking"
	};
	const failed = jobs.some(({ steps }) => steps.some(buildFailed)) ? [{
		name: "a build that failed",
		colour: "failed"
	}] : [];
	return `<article>
<h3>${text(about || "Run")}</h3>
<p>${link(url, url)}, ${minute(startMs)} UTC, ${formatDuration(endMs - startMs)}</p>
<table class="run" role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Job</th><th role="columnheader" scope="col"><span class="ends"><span>0 s</span><span>${text(formatDuration(endMs - startMs))}</span></span></th><th role="columnheader" scope="col">What it did</th></tr></thead>
<tbody role="rowgroup">
${jobs.map((job) => row(job, timeline)).join("\n")}
</tbody></table>
${leftOut === 0 ? "" : `<p>${number(leftOut)} more are not shown.</p>`}
${legend([
		looking,
		...colours,
		...failed
	])}
</article>`;
}
function row({ name: job, steps }, timeline) {
	const bars = steps.map((step) => bar(step, timeline)).join("");
	const told = steps.slice(0, TOLD).map(words);
	const more = steps.length > TOLD ? `<li>and ${number(steps.length - TOLD)} more</li>` : "";
	return `<tr role="row"><th role="rowheader" scope="row">${text(job)}</th><td role="cell"><svg class="bars" width="100%" height="18" aria-hidden="true">${bars}</svg></td><td role="cell"><ul>${told.join("")}${more}</ul></td></tr>`;
}
function bar(step, timeline) {
	const whole = rect("looking", step.startMs, step.endMs - step.startMs, timeline, SHORTEST);
	const colour = (phase) => phase === "building" && buildFailed(step) ? "failed" : phase;
	const phases = step.phases.map(({ name, startMs, ms }) => rect(colour(name), startMs, ms, timeline));
	return `<g><title>${text(`${step.key}: ${step.ending}${phrase(step)}`)}</title>${whole}${phases.join("")}</g>`;
}
function buildFailed({ failed, phases }) {
	return failed && phases.at(-1)?.name === "building";
}
const SHORTEST = .004;
function rect(colour, fromMs, ms, { startMs, endMs }, least = 0) {
	const whole = Math.max(1, endMs - startMs);
	const part = Math.max(ms / whole, least);
	return `<rect class="${colour}" x="${share(Math.min((fromMs - startMs) / whole, 1 - part), 1)}" width="${share(part, 1)}" y="1" height="16"/>`;
}
function words(step) {
	return `<li>${step.failed ? `<strong>failed</strong> (${text(step.ending)})` : text(step.ending)} ${name(step.key)}${text(phrase(step))}</li>`;
}
function phrase({ phases }) {
	const parts = phases.map(({ name: phase, ms }) => `${NAMES[phase]} ${formatDuration(ms).replaceAll(" ", "\xA0")}`);
	return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}
// src/admin/report/html/style.ts
const COLOURS = [
	[
		"page",
		"#ffffff",
		"#0d1117"
	],
	[
		"card",
		"#f6f8fa",
		"#161b22"
	],
	[
		"ink",
		"#1f2328",
		"#f0f6fc"
	],
	[
		"soft",
		"#59636e",
		"#9da7b1"
	],
	[
		"edge",
		"#d1d9e0",
		"#3d444d"
	],
	[
		"link",
		"#0a5cc2",
		"#6cb0ff"
	],
	[
		"tint",
		"#cfe3f5",
		"#17395c"
	],
	[
		"reused",
		"#0072b2",
		"#56b4e9"
	],
	[
		"waiting",
		"#e69f00",
		"#f0b93f"
	],
	[
		"building",
		"#00875f",
		"#2fc295"
	],
	[
		"failed",
		"#c4361a",
		"#ff7b5c"
	],
	[
		"other",
		"#8a8f98",
		"#7d8590"
	],
	[
		"slot",
		"#b35a92",
		"#d98cbc"
	],
	[
		"restoring",
		"#5d4bb5",
		"#9d8df1"
	],
	[
		"publishing",
		"#075b8c",
		"#8fd0f7"
	],
	[
		"delivering",
		"#4d5966",
		"#b9c2cc"
	],
	[
		"looking",
		"#c3c9d1",
		"#4c535c"
	]
];
const FILLED = COLOURS.slice(COLOURS.findIndex(([name]) => name === "reused")).map(([name]) => name);
const style = `:root{color-scheme:light dark;${colours(1)}}
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
${FILLED.map((name) => `.${name}{fill:var(--${name})}`).join("")}
`;
function colours(theme) {
	return COLOURS.map((colour) => `--${colour[0]}:${colour[theme]}`).join(";");
}
// src/admin/report/html/as-html.ts
const RUNS = 5;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
function asHtml(report) {
	const sections = sectionsOf(report);
	const of = (title) => sections.filter((section) => section.title === title);
	const runs = timelinesOf(report, RUNS).map(runChart);
	const notes = [...gapsOf(report), ...notKnown].map((note) => `<li>${withCode(note)}</li>`);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${text(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>What build-once saved</title>
<link rel="icon" href="data:,">
<style>
${style}</style>
</head>
<body>
<header>
<h1>What build-once saved</h1>
<p>${text(subjectOf(report))}</p>
${cards(report)}
</header>
<main>
${charts(report, of("By day (UTC)"))}
${runs.length === 0 ? "" : `<section>\n<h2>${runs.length === 1 ? "Newest run" : "Newest runs"}</h2>\n${runs.join("\n")}\n</section>`}
<div class="pair tables">
${KEYS.flatMap(({ title, part }) => of(title).map((section) => tableSection(section, part(report)))).join("\n")}
${of("In all").map((section) => tableSection(section)).join("\n")}
</div>
${[...of("Failed steps, by reason"), ...of("Build slots")].map((section) => tableSection(section)).join("\n")}
<section>
<h2>What is not in it</h2>
<ul class="notes">
${notes.join("\n")}
</ul>
</section>
</main>
</body>
</html>
`;
}
const KEYS = KEY_TABLES.map(({ title, figure }) => ({
	title,
	part: ({ sums }) => sums.top(10, figure).map(figure)
}));
function withCode(note) {
	return text(note).replace(/`([^`]*)`/g, "<code>$1</code>");
}
function cards({ sums: { total } }) {
	return `<dl class="cards">${[
		["build time avoided", formatDuration(total.avoidedMs)],
		["hit ratio", total.hitRatio === void 0 ? "–" : percent(total.hitRatio)],
		["steps", number(total.steps)],
		["spent building", formatDuration(total.buildMs)],
		["spent waiting", formatDuration(total.waitedMs + total.slotWaitedMs)],
		["failed", number(total.failed)]
	].map(([name, figure]) => `<div><dt>${name}</dt><dd>${text(figure)}</dd></div>`).join("")}</dl>`;
}
const DAYS = 62;
const DAY_MS = 864e5;
function charts({ sums, untilMs }, [days]) {
	if (days === void 0) return "";
	const names = daysUntil([...sums.days.keys()].sort()[0] ?? "", untilMs);
	const each = names.map((day) => sums.days.get(day) ?? new Figures());
	const of = (name, colour, figure) => ({
		name,
		colour,
		values: each.map(figure)
	});
	const steps = {
		id: "steps",
		title: "Steps by day",
		description: "A bar for each day, made of the steps that reused, waited, built, did else or failed. The table below it has the figures.",
		days: names,
		series: [
			of("reused", "reused", ({ reused }) => reused),
			of("waited", "waiting", ({ waited }) => waited),
			of("built", "building", (day) => day.built + day.private),
			of("missed", "other", ({ missed }) => missed),
			of("failed", "failed", ({ failed }) => failed)
		].filter(({ values }) => values.some(Boolean)),
		told: number
	};
	const time = {
		id: "time",
		title: "Build time avoided by day",
		description: "A bar for each day: what the builds took that jobs were handed, less the waits. The table has the figures.",
		days: names,
		series: [of("avoided", "reused", ({ avoidedMs }) => avoidedMs / 36e5)],
		told: (hours) => formatDuration(hours * 36e5)
	};
	return `<section class="pair">
<div><h2>${steps.title}</h2>
${legend(steps.series)}
${dayChart(steps)}</div>
<div><h2>${time.title}</h2>
${legend([{
		name: "avoided",
		colour: "reused"
	}])}
${dayChart(time)}</div>
</section>
<details><summary>The days as a table</summary>
${table(days)}
</details>`;
}
function daysUntil(first, untilMs) {
	const last = Math.floor(untilMs / DAY_MS);
	const start = Math.max(Math.floor(Date.parse(first) / DAY_MS), last - DAYS + 1);
	return Array.from({ length: last - start + 1 }, (_, index) => dayOf(new Date((start + index) * DAY_MS)));
}
export { asHtml };
