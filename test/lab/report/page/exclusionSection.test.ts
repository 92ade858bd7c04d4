import { expect } from "chai";
import { exclusionSection } from "#lab/report/page/exclusionSection.js";
import { entryText, lifeEvents } from "#lab/report/summary/exclusionEvents.js";
import { renderTable } from "#lab/report/terminal/table.js";
import { renderSection } from "#shared/page/section.js";
import { momentText } from "#shared/text/format.js";
import { entry, exclusions, left, livesOf, put, run, status } from "../exclusionsSupport.js";
import { summary } from "../support.js";

const told = (...parameters: Parameters<typeof livesOf>) =>
  livesOf(...parameters)
    .flatMap(lifeEvents)
    .map(({ at, title, lines }) => [momentText(at), title, ...lines].join(" | "));

describe("the section on exclusions", () => {
  it("tells a life in the order of time", () => {
    const late = ["25T04:10", "openssl-3.0"] as const;
    const life = told(
      [
        put("06T09:00"),
        status("06T09:01", { message: ["1 entry is in force, on 2 nodes."] }),
        status("21T00:30", { entries: [entry({ phase: "expired", nodes: [] })] }),
      ],
      [
        run("11T04:00", { nodeId: "i-2", isHeld: false, left: [] }),
        run("18T04:00", { nodeId: "i-1", isHeld: false, left: [left("openssl-2.0", ["openssl*"], late)] }),
        run("20T04:00"),
      ],
    );
    expect(life).to.eql([
      "Tue 6 Oct 09:00 | Uploaded, version v06T09:00",
      "Tue 6 Oct 09:01 | Verdict: in force | 1 entry is in force, on 2 nodes.",
      "Sun 11 Oct 04:00 | install: nothing that it excludes was due on the nodes of one",
      "Sun 18 Oct 04:00 | install: one kept 1 patch off 1 node | on node i-1: openssl-2.0",
      "Tue 20 Oct 04:00 | install: reached none of the nodes of one",
      "Wed 21 Oct 00:30 | one has expired; its nodes are back in their patch group",
      "Sun 25 Oct 04:10 | install has installed what one had kept off | on node i-1: openssl-3.0",
    ]);
  });

  it("names nodes that are not back, and an upload that brings an earlier one back", () => {
    const life = told(
      [
        put("06T09:00"),
        status("06T09:01"),
        put("07T09:00", "other"),
        put("08T09:00"),
        put("09T09:00", null),
        status("09T09:01", { verdict: "ended", message: ["Ended."], entries: [] }),
      ],
      [],
      { "i-1": "web", "i-2": "mine" },
    );
    expect(life.slice(3)).to.eql([
      "Thu 8 Oct 09:00 | Uploaded, version v08T09:00 | The same bytes as version v06T09:00.",
      "Fri 9 Oct 09:00 | Deleted",
      "Fri 9 Oct 09:01 | Verdict: ended",
      "Fri 9 Oct 09:01 | one has ended with its manifest | node i-2 came from web, and is in mine at the end of the run",
    ]);
  });

  it("sums up an entry in a line", () => {
    const texts = exclusions().objects.flatMap(({ entries }) => entries.map(entryText));
    expect(texts).to.eql([
      "one has expired (Wed 21 Oct 00:30); 1 patch kept off 1 node in 1 window run, all installed since",
    ]);
    const open = livesOf(
      [put("06T09:00"), status("06T09:01")],
      [run("11T04:00", { nodeId: "i-1", isHeld: false, left: [left("openssl-2.0", ["openssl*"])] })],
    );
    expect(open.flatMap(({ entries }) => entries.map(entryText))).to.eql([
      "one in force since Tue 6 Oct 09:01; 1 patch kept off 1 node in 1 window run, none installed since",
    ]);
    const idle = livesOf([put("06T09:00"), status("06T09:01")]);
    expect(idle.flatMap(({ entries }) => entries.map(entryText))).to.eql([
      "one in force since Tue 6 Oct 09:01; no window had anything to leave for it",
    ]);
  });

  it("escapes what others chose, and says where a refused manifest is wrong", () => {
    const { text } = renderSection(exclusionSection(summary({ exclusions: exclusions() })));
    expect(text).to.contain("exclusions/b.yaml:4:9: one: patches[0]: got &quot;&lt;i&gt;&quot;");
    expect(text).to.contain("a &lt;b&gt;reason&lt;/b&gt;").and.not.contain("<b>reason");
    expect(text).to.contain("Nothing of it was ever in force");
    expect(text).to.contain(
      "us-east-1 i-1: PatchGroup is web, and somebody &lt;i&gt;else&lt;/i&gt; has changed it",
    );
    expect(text).to.contain("exclusions/&lt;late&gt;.yaml of Thu 5 Nov 00:00: after the run");
  });

  it("tells once what windows did week after week, and every time where it changed", () => {
    const kept = (day: string, patch: string) =>
      run(day, { nodeId: "i-1", isHeld: false, left: [left(patch, ["openssl*"])] });
    const objects = livesOf(
      [put("06T09:00"), status("06T09:01")],
      [
        kept("11T04:00", "openssl-2.0"),
        kept("18T04:00", "openssl-2.0"),
        kept("25T04:00", "openssl-2.0"),
        kept("26T04:00", "openssl-3.0"),
      ],
    );
    const { text } = renderSection(
      exclusionSection(summary({ exclusions: { objects, foreign: [], skipped: [] } })),
    );
    expect(text)
      .to.contain("The same on Sun 18 Oct 04:00, Sun 25 Oct 04:00.")
      .and.contain("on node i-1: openssl-3.0");
    expect(text.match(/on node i-1: openssl-2\.0/g)).to.have.length(1);
    expect(text).to.contain("Its life: 4 events");
  });

  it("says that there was none", () => {
    const { text } = renderSection(
      exclusionSection(summary({ exclusions: { objects: [], foreign: [], skipped: [] } })),
    );
    expect(text).to.contain("No manifest was uploaded in this run.");
  });

  it("is a few lines on the terminal, and nothing without exclusions", () => {
    const options = { width: 100, colour: false };
    const text = renderTable(summary({ exclusions: exclusions() }), options);
    expect(text).to.contain(
      [
        "Exclusions",
        "  exclusions/a.yaml: in force",
        "    one has expired (Wed 21 Oct 00:30); 1 patch kept off 1 node in 1 window run, all installed since",
        "  exclusions/b.yaml: refused",
        '    exclusions/b.yaml:4:9: one: patches[0]: got "<i>"',
        "  somebody else wrote the tags of i-1",
        "  1 change of the fleet file not in the run",
      ].join("\n"),
    );
    expect(
      renderTable(summary({ exclusions: { objects: [], foreign: [], skipped: [] } }), options),
    ).not.to.contain("Exclusions");
  });
});
