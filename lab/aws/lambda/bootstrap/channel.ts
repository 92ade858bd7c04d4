import { readSync, writeSync } from "node:fs";
import { bytesAfter, type Frame, frameOf, headBytes, readFrame } from "./frames.js";
import type { Rest } from "./messages.js";

/** The descriptor that the lab opens for it. */
const descriptor = 3;

/** A function's end of the channel. Whoever rests has nothing else to do, so it waits as it reads. */
export class Channel {
  /** Says what the turn has brought, and waits for the next. @throws Error when the lab is no more */
  exchange(rest: Rest, bodies: readonly Uint8Array[]): Frame {
    this.tell(rest, bodies);
    return this.receive();
  }

  /** Says what the turn has brought, and waits for nothing. @throws Error when the lab is no more */
  tell(rest: Rest, bodies: readonly Uint8Array[] = []): void {
    const bytes = frameOf(rest, bodies);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  }

  /** Waits for an order. @throws Error when the lab is no more */
  receive(): Frame {
    const head = this.read(headBytes);
    return readFrame(head, this.read(bytesAfter(head)));
  }

  private read(size: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(size);
    for (let at = 0; at < size; ) {
      const length = readSync(descriptor, bytes, at, size - at, null);
      if (length === 0) throw new Error("the channel has ended");
      at += length;
    }
    return bytes;
  }
}
