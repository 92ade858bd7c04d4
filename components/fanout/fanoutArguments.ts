import { shown } from "#shared/text/quotes.js";
import { foundationProblems } from "../common/foundation.js";
import { logGroupPrefixProblems, retentionProblems } from "../common/logSettings.js";
import { ArgumentChecks, type Check, type Problem, twice } from "../common/problems.js";
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
    ...listProblems(`${path}.calendars`, fanout.calendars ?? [], calendarReason, 10),
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

function listProblems(
  path: string,
  values: readonly string[],
  wrong: (value: string) => string | undefined,
  most: number,
): Problem[] {
  const problems = values.flatMap((value, index) => {
    const reason = wrong(value);
    const plain = value.trim();
    const instead = plain !== value && wrong(plain) === undefined ? { instead: plain } : {};
    if (reason !== undefined) return [{ propertyPath: `${path}[${index}]`, reason, ...instead }];
    return values.indexOf(value) === index ? [] : [twice(`${path}[${index}]`, value)];
  });
  if (values.length <= most) return problems;
  return [...problems, { propertyPath: path, reason: `got ${values.length}; allowed are up to ${most}.` }];
}

function accountReason(account: string): string | undefined {
  if (/^(\d{12}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/.test(account)) return undefined;
  return `got ${shown(account)}; allowed is the 12-digit id of an account, or an organizational unit as ou-ab12-cdefgh34.`;
}

function calendarReason(calendar: string): string | undefined {
  if (/^(arn:[\w-]+:ssm:[\w-]+:\d{12}:document\/)?[a-zA-Z0-9_\-.]{3,128}$/.test(calendar)) return undefined;
  return `got ${shown(calendar)}; allowed is the name of a Change Calendar, 3 to 128 of a-z A-Z 0-9 _ - and a dot, or its ARN.`;
}

function groupReason(group: string): string | undefined {
  // API: CreateGroup, "A resource group name cannot start with AWS or aws; these are reserved."
  if (/^aws/i.test(group)) return `got ${shown(group)}; names that begin with AWS are the service's own.`;
  if (/^[a-zA-Z0-9_.-]{1,300}$/.test(group)) return undefined;
  return `got ${shown(group)}; allowed is the name of a resource group, 1 to 300 of a-z A-Z 0-9 _ . and -.`;
}
