/**
 * Reads variables of a function's environment.
 *
 * @param names of the variables, by what they are called here
 * @throws Error that names every variable that is missing
 */
export function readVariables<Name extends string>(
  variables: Readonly<Record<string, string | undefined>>,
  names: Readonly<Record<Name, string>>,
): Record<Name, string> {
  const entries = Object.entries<string>(names);
  const missing = entries.flatMap(([, variable]) => ((variables[variable] ?? "") === "" ? [variable] : []));
  if (missing.length > 0) throw new Error(`The function's environment lacks ${missing.join(" and ")}.`);
  return Object.fromEntries(entries.map(([name, variable]) => [name, variables[variable] ?? ""])) as Record<
    Name,
    string
  >;
}
