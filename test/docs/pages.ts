import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/program.js";

/** A fenced block of a page. */
export interface Block {
  /** Page and line, as a reader finds it. */
  readonly at: string;
  readonly language: string;
  readonly text: string;
}

/** A line that a reader is told to type. */
export interface Command {
  readonly at: string;
  readonly text: string;
}

/** Pages for people, by their paths: the README, and all below docs/. */
export const pages: readonly string[] = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export const textOf = (page: string): string => readFileSync(join(root, page), "utf8");

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; lines: string[] } | undefined;
  for (const [index, line] of textOf(page).split("\n").entries()) {
    const [, language] = /^ *```(.*)$/.exec(line) ?? [];
    if (language === undefined) open?.lines.push(line);
    else if (open === undefined) open = { line: index + 1, language, lines: [] };
    else {
      blocks.push({
        at: `${page}:${open.line}`,
        language: open.language,
        text: `${open.lines.join("\n")}\n`,
      });
      open = undefined;
    }
  }
  if (open !== undefined) throw new RangeError(`${page}:${open.line} has no end`);
  return blocks;
}

export const allBlocks: readonly Block[] = pages.flatMap(blocksOf);

/** What a block tells to type: every line of `sh`, and of `console` those behind a prompt; each with the lines that it goes on in. */
export function commandsOf({ at, language, text }: Block): Command[] {
  if (language !== "sh" && language !== "console") return [];
  const joined = text.replaceAll(/\\\n\s*/g, " ").split("\n");
  const typed =
    language === "sh" ? joined : joined.flatMap((line) => (line.startsWith("$ ") ? line.slice(2) : []));
  return typed
    .flatMap((line) => line.split(" && "))
    .map((line) => line.replace(/ +#.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ at, text: line }));
}

/** Commands that stand in sentences, in code spans: as a rule the beginnings of lines. */
export function spansOf(page: string): Command[] {
  const prose = textOf(page).replaceAll(/^```[\s\S]*?^```$/gm, "");
  return Array.from(
    prose.matchAll(/`((?:npm|npx|pulumi|aws) [^`]+)`/g),
    ([, text = ""]): Command => ({ at: page, text: text.replaceAll(/\s+/g, " ") }),
  );
}

/** The words of a command line, as a shell makes them, without what it is piped into. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, plain = "", single, double] of line.matchAll(
    /((?:[^\s'"]|\\.)+)|'([^']*)'|"((?:[^"\\]|\\.)*)"/g,
  )) {
    words.push(single ?? double ?? plain);
  }
  const end = words.findIndex((word) => /^[|<>]/.test(word));
  return end === -1 ? words : words.slice(0, end);
}
