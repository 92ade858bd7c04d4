import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { AwsCli } from "../lab/endpoint/supportCli.js";
import { root } from "../support/program.js";
import { size } from "../support/size.js";
import { blocksOf } from "./pages.js";
import { Clone, difference, shownIn } from "./transcript.js";

/** The manifest of docs/exclusions.md that moves too many nodes of a fleet of a thousand. */
const wide = `version: 1
exclusions:
  - id: kernel-for-all
    patches: ["kernel*"]
    tags: { Environment: dev }
    reason: a driver
    owner: platform
    expires: 2026-11-30
`;
const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
/** The draft with a problem that the page tells of, made of its example. */
const draftOf = (manifest: string) =>
  manifest
    .split("\n")
    .map((line) => line.replace(/ # .*/, "").replace("2026-12-31", "2027-12-31"))
    .join("\n")
    .replace('["openssl*"]', "[openssl, CVE-2026-1234]");

/**
 * Pages whose consoles are played from top to bottom, and the files that a reader makes of their first example. That of docs/fanout.md
 * has a test of its own.
 */
const played: readonly (readonly [
  page: string,
  files: (example: string) => Readonly<Record<string, string>>,
])[] = [
  ["docs/getting-started.md", () => ({})],
  [
    "docs/exclusions.md",
    (example) => ({ "edge.yaml": example, "draft.yaml": draftOf(example), "wide.yaml": wide }),
  ],
  ["docs/lab.md", () => ({ "changed.yaml": dev.replace("[dev-servers]", "[dev-servers, dev-more]") })],
];

describe("what the pages show of commands", () => {
  before(async function () {
    const cli = new AwsCli();
    const found = await cli.version();
    cli.clear();
    if (!("missing" in found)) return;
    console.log(`    skipped: ${found.missing}`);
    this.skip();
  });

  for (const [page, files] of played.slice(0, size(1, played.length))) {
    it(`is what they print: ${page}`, async () => {
      const clone = new Clone();
      const ids = new Map<string, string>();
      const wrong: string[] = [];
      let commands = 0;
      try {
        const blocks = blocksOf(page);
        const [made] = blocks.filter(({ language, text }) => language === "yaml" && /^version: 1/.test(text));
        for (const [name, text] of Object.entries(files(made?.text ?? ""))) clone.write(name, text);
        for (const { language, text, at } of blocks) {
          if (language !== "console") continue;
          for (const { command, output } of shownIn(text)) {
            const real = [...ids].reduce((line, [id, known]) => line.replaceAll(id, known), command);
            const isServed = real.startsWith("npm run lab:serve");
            const printed = isServed ? await clone.serve(real) : await clone.run(real);
            commands++;
            const differs = difference(output, printed, ids);
            if (differs !== undefined)
              wrong.push([`${at}: ${command}`, `shown: ${differs}`, ...printed].join("\n"));
          }
        }
      } finally {
        clone.remove();
      }
      expect(wrong.join("\n\n")).to.equal("");
      expect(commands).to.be.above(5);
    });
  }
});
