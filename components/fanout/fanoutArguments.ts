import { shown } from "#shared/text/quotes.js";
import { calendarsProblems } from "../common/calendars.js";
import { foundationProblems } from "../common/foundation.js";
import { logGroupPrefixProblems, retentionProblems } from "../common/logSettings.js";
import { ArgumentChecks, type Check, listProblems, type Problem } from "../common/problems.js";
import { rebootOptionProblems } from "../windows/patchInstallWindow.js";
import { targetsProblems } from "../windows/patchTargets.js";
import { ownerProblems, rateControlProblems } from "../windows/windowArguments.js";
import { scheduleProblems } from "../windows/windowSchedule.js";
import { executionModes, type Fanout, type FilledFanoutArgs } from "./fanout.js";
import { groupProblems } from "./fanoutGroups.js";
import { fanoutPrefixProblems } from "./fanoutNames.js";
import { payloadProblems } from "./fanoutPayload.js";
import { executionRoleProblems } from "./fanoutRoles.js";
import { fanoutRegionsProblems, homeRegionProblems } from "./regions.js";

/** Most accounts that a document is shared with (API: ModifyDocumentPermission, AccountIds). */
const maxAccounts = 1000;

/** Everything that is wrong is thrown at once; what may still be unknown is handed back with its check. */
export function checkedFanoutArgs(name: string, args: FilledFanoutArgs): FilledFanoutArgs {
  const checks = new ArgumentChecks(`RegionalFanout ${name}`);
  checks.plain(args.region, homeRegionProblems("region"));
  checks.plain(args.namePrefix, fanoutPrefixProblems);
  checks.plain(args.schedule, scheduleProblems("schedule"));
  checks.plain(args.targets, targetsProblems("targets"));
  checks.plain(args, (given) => [
    ...fanoutProblems("fanout", given),
    ...payloadProblems(given),
    ...executionRoleProblems(given),
  ]);
  checks.plain(args, foundationProblems);
  checks.plain(args.logs.logGroupPrefix, logGroupPrefixProblems("logs.logGroupPrefix"));
  const checked = {
    ...args,
    logs: {
      ...args.logs,
      retentionDays: checks.input(args.logs.retentionDays, retentionProblems("logs.retentionDays")),
    },
    ownerInformation: checks.input(args.ownerInformation, ownerProblems),
  };
  checks.done();
  return checked;
}

/** What is wrong with a fan-out beside its payload's length. */
export function fanoutProblems(
  path: string,
  { fanout, region, targets }: Pick<FilledFanoutArgs, "fanout" | "region" | "targets">,
): Problem[] {
  const at =
    <T>(property: keyof Fanout, check: Check<T>) =>
    (value: T): Problem[] =>
      check(value).map((problem) => ({ ...problem, propertyPath: `${path}.${property}` }));
  const { locationMaxConcurrency, locationMaxErrors, rebootOption } = fanout;
  return [
    ...fanoutRegionsProblems(`${path}.regions`, region)(fanout.regions),
    ...oneOf(`${path}.operation`, ["Scan", "Install"], fanout.operation),
    ...(rebootOption === undefined ? [] : at("rebootOption", rebootOptionProblems)(rebootOption)),
    ...oneOf(`${path}.executionMode`, executionModes, fanout.executionMode ?? "per-region"),
    ...at("perInstanceNodes", perInstanceNodesProblems)(fanout.perInstanceNodes ?? 1),
    ...at("maxConcurrency", rateControlProblems("maxConcurrency"))(fanout.maxConcurrency),
    ...at("maxErrors", rateControlProblems("maxErrors"))(fanout.maxErrors),
    ...at(
      "locationMaxConcurrency",
      rateControlProblems("maxConcurrency", "accounts"),
    )(locationMaxConcurrency ?? "1"),
    ...at("locationMaxErrors", rateControlProblems("maxErrors", "accounts"))(locationMaxErrors ?? "0"),
    ...listProblems(`${path}.accounts`, fanout.accounts ?? [], accountReason, maxAccounts),
    ...calendarsProblems(`${path}.calendars`)(fanout.calendars ?? []),
    ...(fanout.resourceGroups === undefined
      ? groupProblems(fanout.operation)(targets)
      : [
          ...(fanout.resourceGroups.length === 0
            ? [{ propertyPath: `${path}.resourceGroups`, reason: "is empty. Leave it out, or name a group." }]
            : []),
          ...listProblems(`${path}.resourceGroups`, fanout.resourceGroups, groupReason, 10),
        ]),
  ];
}

function perInstanceNodesProblems(nodes: number): Problem[] {
  if (Number.isInteger(nodes) && nodes >= 1 && nodes <= 1_000_000) return [];
  const reason = `got ${shown(nodes)}; allowed is a whole number from 1 to 1000000.`;
  return [{ propertyPath: "perInstanceNodes", reason }];
}

function oneOf(propertyPath: string, allowed: readonly string[], value: string): Problem[] {
  if (allowed.includes(value)) return [];
  return [{ propertyPath, reason: `got ${shown(value)}; allowed is ${allowed.join(" or ")}.` }];
}

function accountReason(account: string): string | undefined {
  if (/^(\d{12}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/.test(account)) return undefined;
  return `got ${shown(account)}; allowed is the 12-digit id of an account, or an organizational unit as ou-ab12-cdefgh34.`;
}

function groupReason(group: string): string | undefined {
  // API: CreateGroup, "A resource group name cannot start with AWS or aws; these are reserved."
  if (/^aws/i.test(group)) return `got ${shown(group)}; names that begin with AWS are the service's own.`;
  if (/^[a-zA-Z0-9_.-]{1,300}$/.test(group)) return undefined;
  return `got ${shown(group)}; allowed is the name of a resource group, 1 to 300 of a-z A-Z 0-9 _ . and -.`;
}
