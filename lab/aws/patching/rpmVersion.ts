/**
 * Which of two versions of an RPM is newer, as rpm itself compares them (rpmvercmp): digits as numbers, letters as text,
 * digits newer than letters, `~` older than the end. Version and release are compared one after the other.
 *
 * @returns below 0 if the left one is older, 0 if they are equal, above 0 if it is newer
 */
export function compareRpm(left: string, right: string): number {
  const [leftVersion, leftRelease] = halves(left);
  const [rightVersion, rightRelease] = halves(right);
  if (leftRelease === undefined || rightRelease === undefined) return compareParts(left, right);
  return compareParts(leftVersion, rightVersion) || compareParts(leftRelease, rightRelease);
}

function halves(edition: string): readonly [string, string | undefined] {
  const dash = edition.indexOf("-");
  return dash < 1 || dash === edition.length - 1
    ? [edition, undefined]
    : [edition.slice(0, dash), edition.slice(dash + 1)];
}

function compareParts(left: string, right: string): number {
  const [first, second] = [parts(left), parts(right)];
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    const [one, other] = [first[at], second[at]];
    if (one === other) continue;
    if (one === "~") return -1;
    if (other === "~") return 1;
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    const order = comparePart(one, other);
    if (order !== 0) return order;
  }
  return 0;
}

function parts(text: string): string[] {
  return text.match(/\d+|[A-Za-z]+|~/g) ?? [];
}

function comparePart(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [/^\d/.test(one), /^\d/.test(other)];
  if (isNumber !== isOtherNumber) return isNumber ? 1 : -1;
  if (!isNumber) return one < other ? -1 : 1;
  const [digits, otherDigits] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
  if (digits === otherDigits) return 0;
  if (digits.length !== otherDigits.length) return digits.length - otherDigits.length;
  return digits < otherDigits ? -1 : 1;
}
