import { expect } from "chai";
import { AwsCli } from "../lab/endpoint/supportCli.js";
import { size } from "../support/size.js";
import { blocksOf } from "./pages.js";
import { Clone, difference, shownIn } from "./transcript.js";

/** Pages whose consoles are played from top to bottom, and files that a reader makes of their blocks. */
const played = [
  { page: "docs/getting-started.md", files: [] },
  { page: "docs/fanout.md", files: ["lab/fleets/regions.yaml"] },
  { page: "docs/exclusions.md", files: ["edge.yaml"] },
  { page: "docs/lab.md", files: [] },
] as const;

describe("what the pages show of commands", () => {
  before(async function () {
    const cli = new AwsCli();
    const found = await cli.version();
    cli.clear();
    if (!("missing" in found)) return;
    console.log(`    skipped: ${found.missing}`);
    this.skip();
  });

  for (const { page, files } of played.slice(0, size(1, 4))) {
    it(`is what they print: ${page}`, async () => {
      const clone = new Clone();
      const ids = new Map<string, string>();
      const wrong: string[] = [];
      let commands = 0;
      try {
        const blocks = blocksOf(page);
        const [made] = blocks.filter(({ language, text }) => language === "yaml" && /^version: 1/.test(text));
        for (const name of files) clone.write(name, made?.text ?? "");
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
