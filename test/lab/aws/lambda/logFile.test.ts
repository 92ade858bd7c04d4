import { existsSync, mkdtempSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keptLogBytes, LogFile } from "#lab/aws/lambda/logFile.js";

describe("the file of what a process writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchplane-test-"));
  const path = join(folder, "a.log");
  let file: LogFile;
  const write = (text: string) => writeSync(file.descriptor, text);
  beforeEach(() => {
    file = new LogFile(path);
  });
  afterEach(() => {
    file.close();
    expect(existsSync(path)).to.equal(false);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is read line by line, once", () => {
    expect(file.take()).to.deep.equal([]);
    write("a\n\nb\rc\nd\r\n e ");
    expect(file.take()).to.deep.equal(["a", "b\nc", "d", " e "]);
    expect(file.take()).to.deep.equal([]);
    write("f\n");
    expect(file.take()).to.deep.equal(["f"]);
    expect(file.restart()).to.equal(0);
  });

  it("is kept as far as there is room, and what is cut is counted until it begins anew", () => {
    write("x".repeat(keptLogBytes - 3));
    expect(file.take().map(({ length }) => length)).to.deep.equal([keptLogBytes - 3]);
    write("12345");
    expect(file.take()).to.deep.equal(["123"]);
    write("6789");
    expect(file.take()).to.deep.equal([]);
    expect([file.restart(), file.restart()]).to.deep.equal([6, 0]);
    write("again");
    expect(file.take()).to.deep.equal(["again"]);
  });

  it("does not grow for ever while nobody reads it", () => {
    const most = 64 * keptLogBytes;
    write("y".repeat(most));
    file.trim();
    expect(statSync(path).size).to.equal(most);
    write("z");
    file.trim();
    expect(statSync(path).size).to.equal(keptLogBytes);
    write("more");
    expect(file.take().map(({ length }) => length)).to.deep.equal([keptLogBytes]);
    expect(file.restart()).to.equal(most - keptLogBytes + 1 + 4);
  });

  it("ends with what V8 writes when it has no memory left", () => {
    write("before\n\n<--- Last few GCs --->\n\n[8:0x5e3a]  99 ms: Mark-Compact\nFATAL ERROR: heap\n");
    expect(file.take()).to.deep.equal(["before"]);
  });
});
