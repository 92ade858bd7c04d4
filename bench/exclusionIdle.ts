import { ExclusionAccount, mostRegions as most } from "./exclusionAccount.js";

/** What an idle hour asks of AWS in a process of its own. */
interface IdleFigures {
  readonly entries: number;
  readonly regions: number;
  readonly s3: number;
  readonly others: number;
  readonly writes: number;
}

/** Lets the shipped function run in the lab, once after an upload and once because an hour has passed. */
export async function* measureIdleHours(): AsyncGenerator<IdleFigures> {
  for (const regions of [1, 3, most]) {
    for (const entries of [0, 5, 100]) yield await measure(entries, regions);
  }
}

async function measure(entries: number, regions: number): Promise<IdleFigures> {
  // The lab enables an opt-in Region only where it has nodes.
  const size = { entries, regions, nodes: Math.max(49, entries, regions > 3 ? 20 * regions : 0) };
  const account = await ExclusionAccount.open(size);
  try {
    if (entries > 0) account.upload();
    await account.run();
    await account.reclaim();
    const { calls } = await account.run(JSON.stringify({ "detail-type": "Scheduled Event" }));
    const figures = { entries, regions, s3: 0, others: 0, writes: 0 };
    for (const [name, count] of calls) {
      figures[name.startsWith("s3:") ? "s3" : "others"] += count;
      if (!/:(Get|List|Describe)/.test(name)) figures.writes += count;
    }
    return figures;
  } finally {
    await account.close();
  }
}
