/**
 * The channel between the lab and a function's process: frames of a mark, two lengths, a message as JSON, and after it
 * the bodies of calls or answers as they are. JSON alone would escape each of them, and cannot carry bytes.
 */
export interface Frame {
  readonly message: unknown;
  readonly bodies: readonly Uint8Array[];
}

const mark = 0x6c616231;
export const headBytes = 12;
/** More than any message has, and little enough to be told from garbage. */
const longest = 2 ** 30;

/** Writes a frame. */
export function frameOf(message: object, bodies: readonly Uint8Array[] = []): Buffer {
  const json = Buffer.from(JSON.stringify({ message, sizes: bodies.map(({ length }) => length) }));
  const whole = bodies.reduce((sum, { length }) => sum + length, json.length);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(mark, 0);
  head.writeUInt32BE(whole, 4);
  head.writeUInt32BE(json.length, 8);
  return Buffer.concat([head, json, ...bodies]);
}

/** How many bytes follow a head. @throws Error for what is none */
export function bytesAfter(head: Buffer): number {
  const whole = head.readUInt32BE(4);
  if (head.readUInt32BE(0) !== mark || whole > longest || head.readUInt32BE(8) > whole) {
    throw new Error("what has come over the channel is no frame");
  }
  return whole;
}

/** Reads what follows a head. @throws Error for what is no frame */
export function readFrame(head: Buffer, rest: Buffer): Frame {
  const end = head.readUInt32BE(8);
  const { message, sizes }: { message: unknown; sizes: readonly number[] } = JSON.parse(
    rest.toString("utf8", 0, end),
  );
  let at = end;
  const bodies = sizes.map((size) => {
    const body = rest.subarray(at, at + size);
    at += size;
    return body;
  });
  if (at !== rest.length) throw new Error("the bodies of a frame are not as long as it says");
  return { message, bodies };
}

/** Puts frames together from what arrives, however it is cut. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private size = 0;

  /** @returns the frames that are complete @throws Error for what is no frame */
  take(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      if (this.size < headBytes) return frames;
      const head = this.joined(headBytes).subarray(0, headBytes);
      const whole = headBytes + bytesAfter(head);
      if (this.size < whole) return frames;
      const all = this.joined(whole);
      frames.push(readFrame(head, all.subarray(headBytes, whole)));
      this.chunks =
        all.length === whole ? this.chunks.slice(1) : [all.subarray(whole), ...this.chunks.slice(1)];
      this.size -= whole;
    }
  }

  /** The first chunk, made as long as it must be at least. */
  private joined(least: number): Buffer {
    const [first = Buffer.alloc(0)] = this.chunks;
    if (first.length >= least) return first;
    const all = Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }
}
