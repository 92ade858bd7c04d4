import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { lab } from "#test/lab/cliSupport.js";
import { size } from "#test/support/size.js";
import { executablePath, launch } from "./support/browser.js";
import {
  closedFolds,
  folded,
  isShown,
  note,
  openAround,
  overflows,
  paleTexts,
  squeezed,
  unfolded,
} from "./support/page.js";

const fleets = resolve(import.meta.dirname, "../../lab/fleets");

/** A report in the folder that `npm start` with these arguments has written. */
interface Made {
  readonly what: string;
  readonly args: readonly string[];
  /** Nodes of a fleet that is made as that of a thousand is. */
  readonly nodes?: number;
  /** Pages of A4 that it has at most; without it as many as it likes. */
  readonly mostPages?: number;
}

const all: readonly Made[] = [
  { what: "the report of npm start", args: [], mostPages: 8 },
  {
    what: "the report of rings over two weeks",
    args: ["--days", "14", "--stack", "rings", "--config", join(fleets, "rings/Pulumi.rings.yaml")],
  },
  {
    what: "the report of a thousand nodes over a week",
    args: ["--days", "7", "--fleet", join(fleets, "thousand.yaml")],
  },
  {
    what: "the report of ten thousand nodes over two weeks",
    args: ["--days", "14"],
    nodes: 10_000,
    mostPages: 8,
  },
];
const reports = all.slice(0, size(3, 4));

/** A file with a larger fleet of the kind that is shipped. */
function fleetOf(nodes: number, folder: string): string {
  const text = readFileSync(join(fleets, "thousand.yaml"), "utf8");
  const file = join(folder, "larger.yaml");
  writeFileSync(
    file,
    text.replace("count: 1000", `count: ${nodes}`).replaceAll("catalogs/", `${fleets}/catalogs/`),
  );
  return file;
}

const widths: readonly number[] = [1280, 1024, 768, 400];

describe("executablePath", () => {
  it("takes what CHROMIUM names, and otherwise the first of the usual places", () => {
    const there = new Set(["/opt/chromium", "/usr/bin/google-chrome"]);
    const exists = (path: unknown) => there.has(String(path));
    expect(executablePath("/opt/chromium", exists)).to.equal("/opt/chromium");
    expect(executablePath("", exists)).to.equal("/usr/bin/google-chrome");
    expect(() => executablePath("/opt/none", exists)).to.throw(
      "no Chromium at /opt/none. Install it (Debian: apt-get install chromium), or name its program in the variable CHROMIUM.",
    );
  });
});

describe("the report in a browser", () => {
  let browser: Browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  for (const { what, args, nodes, mostPages = Number.POSITIVE_INFINITY } of reports) {
    describe(what, () => {
      let folder = "";
      let address = "";
      let context: BrowserContext;
      let page: Page;
      /** What the browser complained about, and what it asked for beside the page, in all tests. */
      const complaints: string[] = [];

      before(async () => {
        folder = mkdtempSync(join(tmpdir(), "patchplane-browser-"));
        const fleet = nodes === undefined ? [] : ["--fleet", fleetOf(nodes, folder)];
        const { code, err } = await lab([...args, ...fleet, "--out", folder]);
        expect(code, err).to.be.oneOf([0, 1]);
        address = pathToFileURL(join(folder, "report.html")).href;
      });
      after(() => rmSync(folder, { recursive: true, force: true }));

      const open = async (width: number, colorScheme: "light" | "dark") => {
        context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
        page = await context.newPage();
        page.on("console", (message) => complaints.push(`console: ${message.text()}`));
        page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
        page.on("request", (request) => {
          if (request.url() !== address) complaints.push(`asks for ${request.url()}`);
        });
        await page.goto(address);
        await note(page);
      };
      afterEach(() => context?.close());

      for (const scheme of ["light", "dark"] as const)
        for (const width of widths)
          it(`fits into ${width} pixels and can be read, ${scheme}, folded and not`, async () => {
            await open(width, scheme);
            expect(await overflows(page)).to.deep.equal([]);
            await unfolded(page);
            expect(await overflows(page)).to.deep.equal([]);
            expect(await squeezed(page)).to.deep.equal([]);
            expect(await paleTexts(page)).to.deep.equal([]);
          });

      it("is another in the dark", async () => {
        const paper: string[] = [];
        for (const scheme of ["light", "dark"] as const) {
          await context?.close();
          await open(1280, scheme);
          paper.push(await page.evaluate<string>("getComputedStyle(document.body).backgroundColor"));
        }
        expect(new Set(paper).size).to.equal(2);
      });

      it("shows what a link leads to, and has the files beside it", async () => {
        await open(1280, "light");
        const links = await page.locator("a").all();
        expect(links.length).to.be.greaterThan(5);
        for (const [index, link] of links.entries()) {
          const href = (await link.getAttribute("href")) ?? "";
          if (!href.startsWith("#")) {
            const file = fileURLToPath(new URL(href, address));
            expect(dirname(file), href).to.equal(folder);
            expect(existsSync(file), href).to.equal(true);
            continue;
          }
          await folded(page);
          await page.evaluate("scrollTo(0, 0)");
          await openAround(page, index);
          await link.click();
          expect(await isShown(page, href.slice(1)), `${href} is shown`).to.equal(true);
        }
      });

      it("opens and closes each fold by a click on its title", async () => {
        await open(1280, "light");
        const titles = await page.locator("summary:visible").all();
        expect(titles.length).to.be.greaterThan(5);
        const isOpen = async (title: (typeof titles)[number]) =>
          (await title.locator("xpath=..").getAttribute("open")) !== null;
        for (const title of titles) {
          const before = await isOpen(title);
          await title.click();
          expect(await isOpen(title), (await title.textContent()) ?? "").to.equal(!before);
          await title.click();
        }
      });

      it("names on paper where to find what is folded", async () => {
        await open(1280, "light");
        await page.emulateMedia({ media: "print" });
        const folds = await closedFolds(page);
        expect(folds.length).to.be.greaterThan(0);
        for (const { title, after } of folds) {
          const file = /[\w-]+(?:\.[\w-]+)+/.exec(after)?.[0];
          expect(file !== undefined && existsSync(join(folder, file)), `${title}: ${after}`).to.equal(true);
        }
      });

      it("is printed on A4, on few pages", async () => {
        await open(1280, "light");
        const pdf = (await page.pdf({ path: join(folder, "report.pdf"), preferCSSPageSize: true })).toString(
          "latin1",
        );
        const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
        expect(pages).to.be.within(1, mostPages);
        /** In millimetres. */
        const sizes = [...pdf.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, ...sides]) =>
          sides.map((side) => Math.round((Number(side) / 72) * 25.4)).join(" x "),
        );
        expect(sizes.length).to.be.greaterThan(0);
        expect(new Set(sizes)).to.deep.equal(new Set(["210 x 297"]));
      });

      // The last, so that whatever was done above counts.
      it("has asked the network for nothing, and the browser has complained of nothing", async () => {
        await open(1280, "light");
        expect([...new Set(complaints)]).to.deep.equal([]);
      });
    });
  }
});
