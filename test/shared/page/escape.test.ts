import { expect } from "chai";
import fc from "fast-check";
import { html, isolated, lineText, trusted } from "#shared/page/escape.js";

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

describe("html template", () => {
  it("escapes what would be markup, in text and in attributes", () => {
    const hostile = `<script>alert("x")</script> & 'y'`;
    expect(html`<p title="${hostile}">${hostile}</p>`.text).to.equal(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;">' +
        "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</p>",
    );
  });

  it("takes markup of its own kind, lists, numbers and nothing", () => {
    const items = ["a", "<b>"].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>${7}${null}${trusted("<hr>")}`.text).to.equal(
      "<ul><li>a</li><li>&lt;b&gt;</li></ul>7<hr>",
    );
  });

  it("gives any text of people back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const { text: made } = html`${text}`;
        expect(made).not.to.match(/[<>"']/);
        expect(made.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? "")).to.equal(text);
      }),
    );
  });

  it("keeps emoji, accents, right-to-left words and line breaks", () => {
    const text = "wéb-🧑‍🔧\tשרת\nخادم";
    expect(html`${text}`.text).to.equal(text);
  });

  it("shows that there was a control character, a direction mark or half a character", () => {
    const text = "a\u0000b\u001b[31mc\u202Ed\u2066e\uD800f";
    expect(html`${text}`.text).to.equal("a\uFFFDb\uFFFD[31mc\uFFFDd\uFFFDe\uFFFDf");
  });
});

describe("lineText", () => {
  it("stays on one line", () => {
    expect(lineText("  a\n\n b\t c ")).to.equal("a b c");
  });
});

describe("isolated", () => {
  it("keeps the direction of a name to itself", () => {
    expect(html`${isolated("שרת")} 3`.text).to.equal("<bdi>שרת</bdi> 3");
  });
});
