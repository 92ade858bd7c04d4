import { readFileSync } from "node:fs";
import { expect } from "chai";
import { breaksRun, listNames } from "#lab/aws/patching/matcher.js";
import type { Patch } from "#lab/fleet/model.js";
import type { OperatingSystem } from "#shared/contract/operatingSystems.js";
import { nameProblem } from "#shared/contract/patchNames.js";
import { catalog } from "../../support.js";

interface OraclePackage {
  readonly name: string;
  readonly arch: string;
  readonly epoch: string | null;
  readonly version: string;
  readonly release: string | null;
}

interface Family {
  readonly packages: readonly OraclePackage[];
  readonly names: Readonly<Record<string, { readonly matches: readonly string[]; readonly errors?: true }>>;
}

const families: Readonly<Record<"rpm" | "apt" | "suse", Family>> = JSON.parse(
  readFileSync(new URL("oracles/names.json", import.meta.url), "utf8"),
);

const systems = {
  rpm: ["AMAZON_LINUX_2", "AMAZON_LINUX_2023"],
  apt: ["UBUNTU"],
  suse: ["SUSE"],
} as const satisfies Record<keyof typeof families, readonly OperatingSystem[]>;

function patchOf({ name, arch, epoch, version, release }: OraclePackage, system: OperatingSystem): Patch {
  const edition = release === null ? version : `${version}-${release}`;
  const fullVersion = epoch === null ? edition : `${epoch}:${edition}`;
  const spec = { released: "2026-01-01", arch, epoch: epoch ?? undefined, version, fullVersion };
  const made = catalog({ [name]: [{ ...spec, release: release ?? undefined }] }, system);
  const patch = made.packages[0]?.patches[0];
  if (patch === undefined) throw new RangeError("the catalog is empty");
  return patch;
}

describe("which packages an entry of a rejected list names, against AWS's own program", () => {
  for (const family of ["rpm", "apt", "suse"] as const) {
    const { packages, names } = families[family];
    for (const system of systems[family]) {
      const offered = packages.map((one) => patchOf(one, system));

      it(`is the same for all ${Object.keys(names).length * packages.length} pairs on ${system}`, () => {
        const differences: string[] = [];
        for (const [entry, { matches }] of Object.entries(names)) {
          for (const patch of offered) {
            const found = listNames([entry], "rejected", system, patch);
            if (found !== matches.includes(patch.name))
              differences.push(`${entry} and ${patch.name}: ${found}`);
          }
        }
        expect(differences).to.deep.equal([]);
      });

      it(`breaks the run with the same entries on ${system}`, () => {
        const differences = Object.entries(names)
          .filter(([entry, { errors = false }]) => (breaksRun([entry], system) !== undefined) !== errors)
          .map(([entry]) => entry);
        expect(differences).to.deep.equal([]);
      });
    }
  }
});

describe("the rule book of patch names, against AWS's own program", () => {
  for (const family of ["rpm", "apt", "suse"] as const) {
    for (const system of systems[family]) {
      it(`takes no name on ${system} that ends the run of a node`, () => {
        const taken = Object.entries(families[family].names).filter(
          ([entry]) => nameProblem(system, entry) === undefined,
        );
        expect(taken.length).to.be.above(20);
        expect(taken.filter(([, { errors }]) => errors === true)).to.deep.equal([]);
      });
    }
  }

  const kernel = patchOf(
    { name: "kernel-default", arch: "x86_64", epoch: "0", version: "5.14.21", release: "150500.55.1" },
    "SUSE",
  );
  for (const [name, works] of [
    ["kernel-default-5.14*", "kernel-default = 5.14*"],
    ["kernel-default-5.14.21", "kernel-default = 5.14.21-*"],
    ["kernel-default-5.14.21-150500.55.1", "kernel-default = 5.14.21-150500.55.1"],
  ] as const) {
    it(`mends ${name} for SUSE to a form that names the package`, () => {
      expect(nameProblem("SUSE", name)?.fix).to.equal(`Write ${JSON.stringify(works)}.`);
      expect(listNames([name], "rejected", "SUSE", kernel)).to.equal(false);
      expect(listNames([works], "rejected", "SUSE", kernel)).to.equal(true);
      expect(listNames([works.replace("5.14", "5.15")], "rejected", "SUSE", kernel)).to.equal(false);
    });
  }
});
