import { expect } from "chai";
import { readApproval } from "#functions/exclusion-processor/core/approval.js";
import { maxManifestBytes } from "#functions/exclusion-processor/manifest/source.js";
import { approvalKey } from "#shared/contract/exclusionNames.js";
import { entry, keyOf, node, nodes, record, region, World } from "./support.js";

/** What is read of an object with these bytes. */
const approvalOf = (bytes: Uint8Array) =>
  readApproval(Promise.resolve({ bytes, versionId: "one", lastModified: 0, etag: "e" }), "exclusions/a.yaml");
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\uFEFF${text}`, "utf16le"));

describe("the text of an approval", () => {
  for (const [shell, bytes] of [
    ["plain", Buffer.from("v1")],
    ["with an end of line", Buffer.from("v1\r\n")],
    ["with a byte order mark", Buffer.from("\uFEFFv1\r\n")],
    ["of cmd, with quotes", Buffer.from('"v1" \r\n')],
    ["with single quotes", Buffer.from("'v1'")],
    ["of PowerShell, in UTF-16", utf16("v1\r\n")],
    ["of PowerShell, in UTF-16 and with quotes", utf16('"v1"\r\n')],
    ["of iconv, in UTF-16 without a mark", Buffer.from("v1\n", "utf16le")],
    ["of iconv, the other way round", Buffer.from("v1\n", "utf16le").swap16()],
    ["in typographic quotes of a word processor", Buffer.from("\u201cv1\u201d\n")],
    ["in UTF-16 the other way round", Buffer.from(utf16("v1\r\n")).swap16()],
  ] as const) {
    it(`is read ${shell}`, async () => {
      expect(await approvalOf(new Uint8Array(bytes))).to.deep.equal({ versionId: "v1" });
    });
  }

  it("is none where the bytes are no text", async () => {
    expect(await approvalOf(new Uint8Array([0xff, 0x00, 0xd8]))).to.deep.equal({
      problem:
        "approvals/exclusions/a.yaml cannot be read as text, and approves nothing. Write the version id alone into it.",
    });
  });
});

describe("an approval that approves nothing", () => {
  const held = () => {
    const world = new World([region([node("i-1"), node("i-2")])], record({ maxChangedNodes: 1 }));
    const versionId = world.upload("a", entry({ selector: nodes("i-1", "i-2") }));
    return { world, versionId };
  };

  it("is told as one of another version", async () => {
    const { world, versionId } = held();
    world.bucket.put(approvalKey(keyOf("a")), "v0", world.now);
    await world.run();
    expect(world.status("a").message.at(-1)).to.equal(
      'approvals/exclusions/a.yaml names "v0", which is not this version.',
    );
    world.bucket.put(approvalKey(keyOf("a")), `"${versionId}"\r\n`, world.now);
    await world.run();
    expect(world.status("a").verdict).to.equal("being applied");
  });

  it("is told as one that cannot be read", async () => {
    const { world } = held();
    world.bucket.put(approvalKey(keyOf("a")), "v0", world.now);
    await world.runDenied(approvalKey(keyOf("a")));
    expect(world.status("a").message.at(-1)).to.match(
      /^approvals\/exclusions\/a\.yaml cannot be read \(.*\), and approves nothing\.$/,
    );
  });
});

describe("a manifest that is too large", () => {
  it("is refused by its size in the listing, and not read", async () => {
    const world = new World([region([node("i-1")])]);
    world.uploadText("a", " ".repeat(maxManifestBytes + 1));
    const { ports } = await world.run(undefined, (one) => {
      one.store.denied.add(keyOf("a"));
      return one;
    });
    expect(world.status("a").verdict).to.equal("refused");
    expect(world.status("a").problems.map(({ message }) => message)).to.deep.equal([
      "got 1048577 bytes; allowed is at most 1048576 bytes. Split it into several manifests.",
    ]);
    expect(ports.store.reads).to.be.at.most(4);
    expect((await world.hour()).why, "it is remembered").to.equal(undefined);
  });
});
