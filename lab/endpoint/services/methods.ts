import type { Region } from "../../aws/region.js";
import type { Handler } from "../operation.js";

/**
 * Handlers for operations that a part of a Region has methods for: `GetPatchBaseline` is answered by `getPatchBaseline`.
 *
 * @param of the part
 */
export function methods<
  Name extends string,
  Part extends { readonly [name in Uncapitalize<Name>]: (input: never) => object },
>(of: (region: Region) => Part, ...names: readonly Name[]): { readonly [name in Name]: Handler } {
  const entries = names.map((name): [Name, Handler] => {
    const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}` as Uncapitalize<Name>;
    return [name, (input, { region }) => of(region)[method](input)];
  });
  return Object.fromEntries(entries) as { readonly [name in Name]: Handler };
}
