import { expect } from "chai";
import { FanoutLab, server } from "./fanoutSupport.js";

const oregon = "us-west-2";
const member = "210987654321";
const rings = [
  { name: "canary", patchGroups: ["web-canary"], schedule: "cron(0 12 ? * * *)", durationHours: 2 },
  ...[
    { name: "early", patchGroups: ["web"], schedule: "cron(0 16 ? * * *)", minSuccess: "50%" },
    { name: "broad", patchGroups: ["db"], schedule: "cron(0 19 ? * * *)", minSuccess: "90%" },
  ].map((ring) => ({ ...ring, after: "canary", soakHours: 1, durationHours: 2 })),
];
const of = (PatchGroup: string) => ({ account: member, tags: { PatchGroup, Environment: "dev" } });

describe("rings over another account", () => {
  it("patch its nodes by groups and baselines of its own, and their gates count them", async () => {
    const lab = await FanoutLab.open({
      records: true,
      fleet: [
        server(oregon, { tags: { PatchGroup: "web-canary", Environment: "dev" } }),
        server(oregon, of("web-canary")),
        server(oregon, { ...of("web-canary"), fails: ["openssl"] }),
        server(oregon, of("web")),
        server(oregon, of("db")),
      ],
      regions: [oregon],
      members: true,
      values: {
        ...{ stacks: '["central"]', fanoutAccounts: JSON.stringify([member]), rings: JSON.stringify(rings) },
        ...{ patchGroups: '["web-canary"]', fanoutMaxErrors: "100%" },
      },
    });
    try {
      await lab.until("22:55:00");
      const told = lab.closed.map(({ ring, end, totals: { members, patched, failed } }) => [
        ...[ring?.name, ring?.verdict, end, members, patched, failed],
      ]);
      expect(told).to.have.deep.members([
        ["canary", "first", "ended", 3, 2, 1],
        ["early", "passed", "ended", 1, 1, 0],
        ["broad", "held", "held", 0, 0, 0],
      ]);
      const broad = lab.closed.find(({ ring }) => ring?.name === "broad");
      expect(broad?.ring?.why.join("; ")).to.match(/^2 of 3 nodes of canary /);
      expect(lab.refused).to.deep.equal([]);
    } finally {
      await lab.close();
    }
  });
});
