import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import { type Cell, table } from "#shared/page/grid.js";
import type { Section } from "#shared/page/section.js";
import { countText, momentText, toMs } from "#shared/text/format.js";
import type { Summary } from "../summary/summary.js";

type Message = Summary["messages"][number];

const mostShown = 200;
const mostOpen = 5;
const longestLine = 240;
const longestText = 4000;

const columns = [{ label: "When (UTC)", className: "when" }, { label: "Message" }] as const;

/** Messages of one topic to the same people. */
interface Thread {
  readonly topic: string;
  readonly recipients: readonly string[];
  readonly messages: Message[];
}

function threadsOf(messages: readonly Message[]): Thread[] {
  const threads = new Map<string, Thread>();
  for (const message of messages) {
    const { topic, recipients } = message;
    const key = JSON.stringify([topic, recipients]);
    const thread = threads.get(key) ?? { topic, recipients, messages: [] };
    thread.messages.push(message);
    threads.set(key, thread);
  }
  return [...threads.values()];
}

function content({ subject, text }: Message): Cell {
  const hasSubject = subject !== null && subject !== "";
  if (!hasSubject && text.length <= longestLine) return isolated(text);
  const title = hasSubject ? subject : `${text.slice(0, longestLine)}…`;
  const cut = text.length > longestText ? `${text.slice(0, longestText)}… (all of it in summary.json)` : text;
  return fold({
    title: isolated(title),
    content: html`<pre>${isolated(cut)}</pre>`,
    file: "summary.json",
  });
}

function threadPart({ topic, recipients, messages }: Thread): Html {
  const name = topic.slice(topic.lastIndexOf(":") + 1);
  const to =
    recipients.length === 0
      ? "to nobody: the topic has no subscriber"
      : html`to ${recipients.map((one, index) => html`${index > 0 ? ", " : null}${isolated(one)}`)}`;
  const rows = messages
    .slice(0, mostShown)
    .map((message): Cell[] => [momentText(toMs(message.at)), content(message)]);
  const left = messages.length - rows.length;
  const all = html`${table("Messages in the order of time", columns, rows)}${left > 0 ? html`<p class="note">${countText(left, "more message")} in summary.json.</p>` : null}`;
  const shown =
    messages.length <= mostOpen
      ? all
      : fold({ title: countText(messages.length, "message"), content: all, file: "summary.json" });
  return html`<h3>${isolated(name)}</h3><p class="note">${countText(messages.length, "message")} ${to}</p>${shown}`;
}

/** Who was told what, and when. */
export function messageSection({ messages }: Summary): Section {
  const content =
    messages.length === 0
      ? html`<p>None: nobody was told anything.</p>`
      : threadsOf(messages).map(threadPart);
  return { id: "messages", title: "Messages sent", content };
}
