import type { Page } from "playwright-core";

// What is done in the page is text: the project's types know no DOM, and a function would lose what its compiler adds to it.

const outOfSight = (folds: "all" | "as they are") => `
  for (const fold of document.querySelectorAll("details"))
    fold.open = ${folds === "all" ? "true" : 'fold.dataset.open === "true"'};`;

/** Notes which folds are open, so that `folded` brings them back. */
export const note = (page: Page): Promise<void> =>
  page.evaluate(
    `document.querySelectorAll("details").forEach((fold) => { fold.dataset.open = String(fold.open); })`,
  );

export const folded = (page: Page): Promise<void> => page.evaluate(outOfSight("as they are"));

export const unfolded = (page: Page): Promise<void> => page.evaluate(outOfSight("all"));

/** Opens what is around a link, which is the page's nth, so that it can be clicked. */
export const openAround = (page: Page, nth: number): Promise<void> =>
  page.evaluate(`(() => {
    for (let at = document.querySelectorAll("a")[${nth}]; at !== null; at = at.parentElement)
      if (at.localName === "details") at.open = true;
  })()`);

/** Names of rows that stand beside empty paper, where a table is a list of cards. */
export const squeezed = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll("tbody th")]
    .filter((name) => name.checkVisibility() && getComputedStyle(name.parentElement).display === "block")
    .filter((name) => name.offsetWidth < name.parentElement.clientWidth)
    .map((name) => name.textContent)`);

/** What reaches out of the screen at its sides, or has to be scrolled sideways within its own box. */
export const overflows = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const wide = document.documentElement.clientWidth;
    const nameOf = (one) => one.tagName + " " + (one.getAttribute("class") ?? "") + ": " + one.textContent.trim().slice(0, 40);
    const isSeen = (one) => one.checkVisibility() && one.closest("thead,caption") === null;
    const found = [...document.querySelectorAll("body *")].filter(isSeen).flatMap((one) => {
      const { left, right, width } = one.getBoundingClientRect();
      const out = width > 0 && (left < -0.5 || right > wide + 0.5);
      const style = getComputedStyle(one);
      const scrolls = ["auto", "scroll", "hidden"].includes(style.overflowX) && one.scrollWidth > one.clientWidth;
      return out ? ["out of the screen: " + nameOf(one)] : scrolls ? ["scrolls sideways: " + nameOf(one)] : [];
    });
    return document.documentElement.scrollWidth > wide ? ["the page scrolls sideways", ...found] : found;
  })()`);

/** Text whose colour is too near to that behind it: WCAG 2.2, 1.4.3 wants 4.5 to 1. */
export const paleTexts = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const partsOf = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const light = (colour) => {
      const [red, green, blue] = partsOf(colour).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (one) => {
      for (let at = one; at !== null; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (partsOf(backgroundColor)[3] !== 0) return backgroundColor;
      }
      return "rgb(255, 255, 255)";
    };
    const ownText = (one) => [...one.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data.trim()).join("");
    return [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && ownText(one) !== "").flatMap((one) => {
      const style = getComputedStyle(one);
      const both = [light(one.closest("svg") === null ? style.color : style.fill), light(behind(one))];
      const ratio = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
      return ratio < 4.5 ? [ratio.toFixed(1) + " to 1: " + ownText(one).slice(0, 40)] : [];
    });
  })()`);

/** Whether the target of a fragment is there, seen, and on the screen. */
export const isShown = (page: Page, id: string): Promise<boolean> =>
  page.evaluate(`(() => {
    const target = document.getElementById(${JSON.stringify(id)});
    if (target === null || !target.checkVisibility()) return false;
    const { top, bottom } = target.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  })()`);

/** Each closed fold that is seen, with what stands after its title. */
export const closedFolds = (page: Page): Promise<{ title: string; after: string }[]> =>
  page.evaluate(`[...document.querySelectorAll("details:not([open]) > summary")]
    .filter((summary) => summary.checkVisibility())
    .map((summary) => ({
      title: summary.textContent,
      after: getComputedStyle(summary, "::after").content
        .replace(/attr\\(data-file\\)/, summary.dataset.file),
    }))`);
