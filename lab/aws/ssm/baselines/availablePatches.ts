import type {
  DescribeAvailablePatchesRequest,
  DescribeAvailablePatchesResult,
  DescribePatchPropertiesRequest,
  DescribePatchPropertiesResult,
  Patch as ToldPatch,
} from "@aws-sdk/client-ssm";
import type { Catalog, Patch } from "#lab/fleet/model.js";
import {
  type FilterName,
  type OperatingSystem,
  operatingSystems,
} from "#shared/contract/operatingSystems.js";
import { validationError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import type { Place } from "../../place.js";
import { byText, type FilterTests, filterOf } from "../filters.js";
import { operatingSystemOf } from "./baselineRequest.js";

interface Offered {
  readonly patch: Patch;
  readonly catalog: Catalog;
}

/** "Currently, DescribeAvailablePatches supports only the Amazon Linux 1, Amazon Linux 2, and Windows Server operating systems." */
const supported: readonly OperatingSystem[] = ["AMAZON_LINUX", "AMAZON_LINUX_2", "WINDOWS"];
const isWindows = ({ operatingSystem }: Catalog) => operatingSystem === "WINDOWS";

/** Filters of both, then those of Windows and of Linux (API reference of DescribeAvailablePatches). */
const common: FilterTests<Offered> = {
  CLASSIFICATION: byText(({ patch }) => patch.classification),
  PRODUCT: byText(({ catalog }) => catalog.product),
};
const ofWindows: FilterTests<Offered> = {
  ...common,
  MSRC_SEVERITY: byText(({ patch }) => patch.severity),
  PATCH_ID: byText(({ patch }) => patch.id),
  PATCH_SET: byText(() => "OS"),
  PRODUCT_FAMILY: byText(({ catalog }) => catalog.productFamily),
};
const ofLinux: FilterTests<Offered> = {
  ...common,
  ADVISORY_ID: byText(({ patch }) => patch.advisory),
  ARCH: byText(({ patch }) => patch.arch),
  BUGZILLA_ID:
    (value) =>
    ({ patch }) =>
      patch.bugzillas.includes(value),
  CVE_ID:
    (value) =>
    ({ patch }) =>
      patch.cves.includes(value),
  EPOCH: byText(({ patch }) => patch.epoch),
  NAME: byText(({ patch }) => patch.name),
  RELEASE: byText(({ patch }) => patch.release),
  SEVERITY: byText(({ patch }) => patch.severity),
  VERSION: byText(({ patch }) => patch.version),
};

/** What there is to be patched with: what the fleet's catalogs offer by now. */
export class AvailablePatches {
  constructor(private readonly region: Place) {}

  describeAvailablePatches(input: DescribeAvailablePatchesRequest): DescribeAvailablePatchesResult {
    const { Filters = [] } = input;
    const names = Filters.map(({ Key = "" }) => Key);
    const isLinux = names.some((name) => !Object.hasOwn(ofWindows, name));
    // "When specifying filters for Linux patches, you must specify a key-pair for PRODUCT."
    if (isLinux && !names.includes("PRODUCT")) throw validationError("Filters of Linux need one by PRODUCT");
    const passes = filterOf(Filters, isLinux ? ofLinux : ofWindows);
    const { now } = this.region.account.clock;
    const offered = this.catalogs()
      .filter((one) => supported.includes(one.operatingSystem))
      .filter((one) => names.includes("PRODUCT") || isWindows(one))
      .flatMap((catalog) =>
        catalog.packages.flatMap(({ patches }) => patches.map((patch) => ({ patch, catalog }))),
      )
      .filter((one) => one.patch.released <= now && passes(one));
    const { items, token } = page(offered, input, 1, 100);
    return { Patches: items.map(told), ...token };
  }

  /** Values for filters; products are those of the fleet. */
  describePatchProperties(input: DescribePatchPropertiesRequest): DescribePatchPropertiesResult {
    const system = operatingSystemOf(input.OperatingSystem);
    const { filters, values } = operatingSystems[system];
    const keys = Object.entries(filters) as [FilterName, string][];
    const name = keys.find(([, key]) => key === input.Property)?.[0];
    if (name === undefined) throw validationError(`${input.Property} is no property of ${system}`);
    if (input.PatchSet !== undefined && system !== "WINDOWS")
      throw validationError("PatchSet is for Windows only");
    const closed = (values as { readonly [name in FilterName]?: readonly string[] })[name];
    const own = this.catalogs().filter(({ operatingSystem }) => operatingSystem === system);
    const found =
      closed ??
      own.map(({ product, productFamily }) => (name === "product" ? product : (productFamily ?? "")));
    const { items, token } = page([...new Set(found)].sort(), input, 1, 50);
    return { Properties: items.map((Name) => ({ Name })), ...token };
  }

  private catalogs(): Catalog[] {
    return [...new Set(this.region.account.fleet.nodes.map(({ catalog }) => catalog))];
  }
}

function told({ patch, catalog }: Offered): ToldPatch {
  const both = {
    ...{ Title: patch.title, ReleaseDate: new Date(patch.released), Product: catalog.product },
    ...(catalog.productFamily === undefined ? {} : { ProductFamily: catalog.productFamily }),
    ...(patch.classification === undefined ? {} : { Classification: patch.classification }),
  };
  const severity = patch.severity ?? "Unspecified";
  if (isWindows(catalog)) return { ...both, KbNumber: patch.id, MsrcSeverity: severity };
  return {
    ...both,
    ...{ Name: patch.name, Severity: severity, CVEIds: [...patch.cves], BugzillaIds: [...patch.bugzillas] },
    ...(patch.epoch === undefined ? {} : { Epoch: Number(patch.epoch) }),
    ...(patch.version === undefined ? {} : { Version: patch.version }),
    ...(patch.release === undefined ? {} : { Release: patch.release }),
    ...(patch.arch === undefined ? {} : { Arch: patch.arch }),
    ...(patch.advisory === undefined ? {} : { AdvisoryIds: [patch.advisory] }),
  };
}
