import { foreignLine } from "#shared/contract/foreignTags.js";
import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import { type Cell, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import { countText, instantText, momentText, numberText, toMs } from "#shared/text/format.js";
import { entryText, lifeEvents } from "../summary/exclusionEvents.js";
import type { ExclusionEntry, ExclusionObject } from "../summary/exclusionShape.js";
import type { Summary } from "../summary/summary.js";

const mostObjects = 100;
const mostEvents = 200;
const mostOpenLines = 4;
const mostOpenLetters = 400;
const mostLines = 100;
const mostNames = 8;

const columns = [{ label: "When (UTC)", className: "when" }, { label: "What" }] as const;

function list(lines: readonly string[]): Html | null {
  if (lines.length === 0) return null;
  const items = lines.slice(0, mostLines).map((line) => html`<li>${isolated(line)}</li>`);
  const left = lines.length - items.length;
  const more = left > 0 ? html`<li>${numberText(left)} more in summary.json</li>` : null;
  const whole = html`<ul>${items}${more}</ul>`;
  const isShort = lines.length <= mostOpenLines && lines.join("").length <= mostOpenLetters;
  return isShort
    ? whole
    : fold({
        title: lines.length === 1 ? "Which" : `Which, in ${numberText(lines.length)} lines`,
        content: whole,
        file: "summary.json",
      });
}

type LifeEvent = ReturnType<typeof lifeEvents>[number];

/** Windows do the same week after week: it is told once, with the later times. */
function folded(events: readonly LifeEvent[]): LifeEvent[] {
  const kept: { event: LifeEvent; again: number[] }[] = [];
  const lastOf = new Map<string, (typeof kept)[number]>();
  for (const event of events) {
    const last = lastOf.get(event.title);
    if (last !== undefined && last.event.lines.join() === event.lines.join()) {
      last.again.push(event.at);
      continue;
    }
    const one = { event, again: [] };
    kept.push(one);
    lastOf.set(event.title, one);
  }
  return kept.map(({ event, again }) =>
    again.length === 0
      ? event
      : { ...event, lines: [...event.lines, `The same on ${again.map(momentText).join(", ")}.`] },
  );
}

function row({ at, title, lines, isBad }: LifeEvent): Cell[] {
  return [
    momentText(at),
    html`${isBad === true ? html`<span class="bad">${isolated(title)}</span>` : isolated(title)}${list(lines)}`,
  ];
}

function names(nodes: ExclusionEntry["nodes"]): string {
  const shown = nodes.slice(0, mostNames).map(({ name }) => name);
  const left = nodes.length - shown.length;
  return `${shown.join(", ")}${left > 0 ? ` and ${numberText(left)} more` : ""}`;
}

function entryPart(entry: ExclusionEntry): Html {
  const { id, effect, patches, reason, owner, expires, nodes, notReached } = entry;
  const what =
    effect === "hold"
      ? "holds"
      : html`keeps ${patches.map((name, index) => html`${index > 0 ? ", " : null}<code>${isolated(name)}</code>`)} off`;
  const where = nodes.length === 0 ? "no node" : isolated(names(nodes));
  const left =
    notReached.length === 0
      ? null
      : html` Not reached: ${notReached.slice(0, mostNames).map(({ id: node, why }) => html`<span class="sub"><code>${node}</code>: ${isolated(why)}</span>`)}`;
  return html`<p><code>${isolated(id)}</code> ${what} ${where}; at the latest until ${instantText(toMs(expires))}. ${isolated(reason)} (${isolated(owner)})${left}<span class="sub">${isolated(entryText(entry))}</span></p>`;
}

function part(object: ExclusionObject): Html {
  const { key, kind, verdicts, entries } = object;
  const events = folded(lifeEvents(object));
  const left = events.length - mostEvents;
  const more = left > 0 ? html`<p class="note">${numberText(left)} more in summary.json.</p>` : null;
  const never =
    kind === "manifest" && entries.every(({ inForce }) => inForce.length === 0)
      ? html`<p class="note">${verdicts.length === 0 ? "No run of the processor has looked at it." : "Nothing of it was ever in force: the windows did as if it were not there."}</p>`
      : null;
  const life = fold({
    title: `Its life: ${countText(events.length, "event")}`,
    content: html`${table(`Life of ${key}`, columns, events.slice(0, mostEvents).map(row))}${more}`,
    file: "summary.json",
    // What was refused is what somebody has to read.
    isOpen: events.some(({ isBad }) => isBad),
  });
  return html`<h3><code>${isolated(key)}</code></h3>${entries.map(entryPart)}${never}${life}`;
}

/** What became of each manifest; a line where there was none. */
export function exclusionSection({ exclusions: { objects, foreign, skipped } }: Summary): Section {
  const head = { id: "exclusions", title: "Exclusions" };
  const others =
    foreign.length === 0
      ? null
      : html`<h3>Tags that somebody else wrote</h3><p class="note">These nodes were put right, as often as it says.</p>${list(foreign.map(foreignLine))}`;
  const outside = skipped.map(({ at, key, why }) => `${key} of ${momentText(toMs(at))}: ${why}`);
  const rest =
    outside.length === 0
      ? null
      : html`<h3>Not done</h3><p class="note">The fleet file asks for it at times that are not in the run.</p>${list(outside)}`;
  if (objects.length === 0)
    return { ...head, content: html`<p>No manifest was uploaded in this run.</p>${others}${rest}` };
  const left = objects.length - mostObjects;
  const more = left > 0 ? html`<p class="note">${numberText(left)} more in summary.json.</p>` : null;
  return {
    ...head,
    content: html`<p class="note">What was uploaded, what the processor said of it, what the install windows then left on its nodes that they would have installed there otherwise, and when it came in after all. A node that a window could not reach has other reasons.</p>
${objects.slice(0, mostObjects).map(part)}${more}${others}${rest}`,
  };
}
