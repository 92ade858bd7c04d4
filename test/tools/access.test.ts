import { expect } from "chai";
import { reconcile } from "#functions/exclusion-processor/core/reconcile.js";
import { readOnly } from "#tools/exclusions/access.js";
import { node, region, World } from "../functions/exclusion-processor/core/support.js";
import { Fuse } from "../memory/fuse.js";
import { devRecord, manifestOf, portsOf } from "./support.js";

describe("ports that only read", () => {
  it("refuse every write before anything is sent", async () => {
    const world = new World([region([node("i-00000001")])], devRecord());
    world.bucket.put(
      "exclusions/pay.json",
      manifestOf({ id: "a", patches: ["openssl*"], nodes: ["i-00000001"] }),
      world.now,
    );
    const fuse = new Fuse();
    const ports = readOnly(portsOf(world, fuse));
    const before = JSON.stringify([world.region().state, world.bucket.keys()]);
    // The processor itself is the one that knows every way to write.
    const { ok, errors } = await reconcile(ports, world.now);
    expect(ok).to.equal(false);
    expect(errors.join()).to.contain("createBaseline: these commands read and never write");
    expect(fuse.writes).to.equal(0);
    expect(JSON.stringify([world.region().state, world.bucket.keys()])).to.equal(before);
    const failures = await Promise.all(
      [
        ports.store.write("a", "b"),
        ports.notifier.publish({ subject: "a", text: "b", kind: "fanout-late", about: "c" }),
      ].map((writing) =>
        writing.then(
          () => "written",
          (error: Error) => error.message,
        ),
      ),
    );
    expect(failures).to.deep.equal([
      "write a: these commands read and never write",
      "publish: these commands read and never write",
    ]);
  });
});
