/** A node of any Region, as a word. */
export function placeOf({ region, id }: { readonly region: string; readonly id: string }): string {
  return `${region}|${id}`;
}
