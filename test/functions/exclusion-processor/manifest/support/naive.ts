import { expect } from "chai";
import { parse } from "yaml";
import type { Entry } from "#functions/exclusion-processor/core/model.js";
import { rules, uploadedAt } from "./manifests.js";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

function isName(name: string): boolean {
  if (name.length < 1 || name.length > 100) return false;
  if (/^(KB[0-9]{6,8}|MS[0-9]{2}-[0-9]{3})$/.test(name)) return true;
  if (!/^[A-Za-z0-9][A-Za-z0-9._+~^:*?-]*$/.test(name)) return false;
  return !/^([0-9]+([.:*?]|$|-[0-9])|KB[0-9]|MS[0-9]|CVE-?[0-9]|RHSA-|USN-[0-9]|ALAS[0-9]*-[0-9])/i.test(
    name,
  );
}

function expectText(text: string, most: number): void {
  expect(text.trim()).not.to.equal("");
  expect(text.length).to.be.at.most(most);
  expect(text).not.to.match(control);
}

function expectSelector(selector: Entry["selector"]): void {
  if (selector.kind === "nodes") {
    expect(selector.ids.length).to.be.within(1, 1000);
    expect(new Set(selector.ids).size).to.equal(selector.ids.length);
    for (const id of selector.ids) expect(id).to.match(/^i-([0-9a-f]{8}|[0-9a-f]{17})$|^mi-[0-9a-f]{17}$/);
    return;
  }
  const tags = Object.entries(selector.tags);
  expect(tags.length).to.be.within(1, 4);
  expect(Object.getPrototypeOf(selector.tags)).to.equal(Object.prototype);
  for (const [key, values] of tags) {
    expect(key.toLowerCase().startsWith("aws:")).to.equal(false);
    expect(["PatchGroup", "Patch Group", "patchplane:base-group"]).not.to.include(key);
    expect(key.length).to.be.within(1, 128);
    expect(values.length).to.be.within(1, 20);
    for (const text of [key, ...values]) {
      expect(text.length).to.be.at.most(256);
      expect(text).not.to.match(/[*?!"#$%&'(),;<>[\]\\^`{|}~]/);
      expect(text).not.to.match(control);
    }
  }
}

/** Holds an entry to the rules, written down a second time and as plainly as can be. */
function expectEntry(entry: Entry): void {
  expect(entry.id).to.match(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
  expectSelector(entry.selector);
  if (entry.effect.kind === "reject") {
    expect(entry.effect.patches.length).to.be.within(1, 50);
    expect(entry.effect.action).to.be.oneOf(["BLOCK", "ALLOW_AS_DEPENDENCY"]);
    for (const name of entry.effect.patches) expect(isName(name), name).to.equal(true);
  }
  expectText(entry.reason, 500);
  expectText(entry.owner, 128);
  if (entry.ticket !== undefined) expectText(entry.ticket, 64);
  expect(Number.isSafeInteger(entry.expiresAt)).to.equal(true);
  expect(entry.expiresAt).to.be.above(uploadedAt);
  expect(entry.expiresAt).to.be.at.most(uploadedAt + rules.maxExclusionDays * 86_400_000);
  expect(entry.regions.length).to.be.above(0);
  expect(new Set(entry.regions).size).to.equal(entry.regions.length);
  for (const region of entry.regions) expect(rules.regions).to.include(region);
  expect(entry.line).to.be.above(0);
}

/** Holds all entries of a manifest to the rules. */
export function expectEntries(entries: readonly Entry[]): void {
  expect(new Set(entries.map(({ id }) => id)).size).to.equal(entries.length);
  for (const entry of entries) expectEntry(entry);
}

/** Entries are what other readers of YAML and JSON find in the text, and nothing is left out. */
export function expectSameAsRead(key: string, text: string, entries: readonly Entry[]): void {
  const value = key.endsWith(".json")
    ? JSON.parse(text.replace(/^\ufeff/, ""))
    : parse(text, { logLevel: "error" });
  const found = key === "patch-exclusions.json" ? instancesOf(value) : exclusionsOf(value);
  expect(entries.map(({ id, selector, effect }) => [id, selector, effect])).to.eql(found);
}

function instancesOf(value: Record<string, { exclude_patches: string[] }>): unknown[] {
  return Object.entries(value).flatMap(([id, { exclude_patches: patches }]) =>
    patches.length === 0
      ? []
      : [[id, { kind: "nodes", ids: [id] }, { kind: "reject", patches, action: "BLOCK" }]],
  );
}

interface Exclusion {
  readonly id: string;
  readonly patches: readonly string[];
  readonly hold?: boolean;
  readonly action?: string;
  readonly nodes?: readonly string[];
  readonly tags: Readonly<Record<string, string | readonly string[]>>;
}

function exclusionsOf(value: { exclusions: readonly Exclusion[] }): unknown[] {
  return value.exclusions.map(({ id, patches, hold, action, nodes, tags }) => {
    const effect = {
      kind: "reject",
      patches,
      action: action === "allow-as-dependency" ? "ALLOW_AS_DEPENDENCY" : "BLOCK",
    };
    const lists = () =>
      Object.fromEntries(Object.entries(tags).map(([key, values]) => [key, [values].flat()]));
    const selector = nodes === undefined ? { kind: "tags", tags: lists() } : { kind: "nodes", ids: nodes };
    return [id, selector, hold === true ? { kind: "hold" } : effect];
  });
}
