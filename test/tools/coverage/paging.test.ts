import { expect } from "chai";
import { itemsOf, pagesOf } from "#tools/account/paging.js";

const error = (name: string) => Object.assign(new Error("no"), { name });

describe("pages of a listing", () => {
  const throttled = (times: number) => {
    const asked: (string | undefined)[] = [];
    const paused: number[] = [];
    let left = times;
    const call = async (token: string | undefined) => {
      asked.push(token);
      if (token === "2" && left-- > 0) throw error("ThrottlingException");
      const page = Number(token ?? 1);
      return { items: [page], next: page === 3 ? "" : String(page + 1) };
    };
    const pause = async (milliseconds: number) => paused.push(milliseconds);
    const all = () =>
      itemsOf(
        pagesOf(call, ({ next }) => next, { times: 3, pause }),
        ({ items }) => items,
      );
    return { asked, paused, all };
  };

  it("go on at their token when they are throttled, and come once", async () => {
    const { asked, paused, all } = throttled(2);
    expect(await all()).to.deep.equal([1, 2, 3]);
    expect(asked).to.deep.equal([undefined, "2", "2", "2", "3"]);
    expect(paused).to.deep.equal([5_000, 10_000]);
  });

  it("fail when it does not end, and at once for everything else", async () => {
    let message = "";
    await throttled(9)
      .all()
      .catch((one: Error) => (message = one.name));
    expect(message).to.equal("ThrottlingException");
    let calls = 0;
    const denied = pagesOf(
      async () => {
        calls++;
        throw error("AccessDeniedException");
      },
      () => undefined,
    );
    await itemsOf(denied, () => []).catch((one: Error) => (message = one.name));
    expect([message, calls]).to.deep.equal(["AccessDeniedException", 1]);
  });
});
