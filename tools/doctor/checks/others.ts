import type { Criterion, Facts, NodeFacts, RegionFacts } from "../facts.js";
import { broken, type Finding, known, named, unseen } from "../finding.js";
import { criteriaText, selects } from "../selection.js";

/** Documents of AWS's that patch nodes, and of Quick Setup's patch policies. */
const patching =
  /^(arn:[^/]*\/)?AWS-(RunPatchBaseline\w*|ApplyPatchBaseline|PatchInstanceWithRollback|PatchAsgInstance|InstallWindowsUpdates)$|QuickSetup.*Patch/i;

interface Program {
  readonly what: string;
  readonly criteria: readonly Criterion[];
  readonly mend: string;
}

/** Other programs over the same nodes: two of them undo what the other does, and reboot at times of their own. */
export function otherFindings(facts: Facts): Finding[] {
  const own = facts.windows.flatMap(({ found }) =>
    found.ok && found.value !== undefined ? [found.value.id] : [],
  );
  return facts.regions.flatMap((region) => ofRegion(region, own));
}

function ofRegion(
  { name: where, windows, associations, nodes }: RegionFacts,
  own: readonly string[],
): Finding[] {
  const programs: Program[] = [
    ...(windows.ok ? windows.value : [])
      .filter(({ id, enabled }) => enabled && !own.includes(id))
      .flatMap(({ id, name, tasks, targets }) =>
        tasks
          .filter(({ arn }) => patching.test(arn))
          .flatMap(({ targetIds }) => targets.filter((target) => targetIds.includes(target.id)))
          .map(({ criteria }) => ({
            what: `window ${name} (${id})`,
            criteria,
            mend: `aws ssm update-maintenance-window --region ${where} --window-id ${id} --no-enabled`,
          })),
      ),
    ...(associations.ok ? associations.value : [])
      .filter(({ document, name }) => patching.test(document) || patching.test(name))
      .map(({ id, name, document, criteria }) => ({
        what: `association ${name === "" ? id : name} of ${document}`,
        criteria,
        mend: `aws ssm delete-association --region ${where} --association-id ${id}; of a Quick Setup patch policy: take the nodes out of the policy`,
      })),
  ];
  const under = nodes.ok ? nodes.value : [];
  return [
    ...(windows.ok ? [] : [unseen(where, "windows of others", windows.error)]),
    ...(associations.ok ? [] : [unseen(where, "associations", associations.error)]),
    ...programs.flatMap((program) => overlap(where, program, under)),
  ];
}

function overlap(where: string, { what, criteria, mend }: Program, nodes: readonly NodeFacts[]): Finding[] {
  const both = nodes.filter((node) => selects(criteria, node) === true).map(({ id }) => id);
  const why = "it installs and reboots at times of its own, and by other rules than exclusions";
  if (both.length > 0)
    return [broken("other-program", where, `${what} patches ${named(both)} too`, why, mend)];
  if (!nodes.some((node) => selects(criteria, node) === undefined)) return [];
  return [
    known(
      "other-program-perhaps",
      where,
      `${what} may patch nodes of the stack: ${criteriaText(criteria)}`,
      why,
      mend,
    ),
  ];
}
