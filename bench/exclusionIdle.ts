import { ExclusionAccount } from "./exclusionAccount.js";

const home = "us-east-1";
const places =
  "us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ap-northeast-1 ap-northeast-2 ap-northeast-3 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 eu-south-1 eu-south-2 eu-north-1 il-central-1 me-south-1 me-central-1 mx-central-1 sa-east-1 ap-east-2 ap-southeast-6";
const regionNames = [home, ...places.split(" ")];

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
  for (const regions of [1, 3, regionNames.length]) {
    for (const entries of [0, 5, 100]) yield await measure(entries, regions);
  }
}

async function measure(entries: number, regions: number): Promise<IdleFigures> {
  // The lab enables an opt-in Region only where it has nodes.
  const size = { entries, nodes: Math.max(49, entries, regions > 3 ? 20 * regions : 0) };
  const account = await ExclusionAccount.open(size, undefined, regionNames.slice(0, regions));
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
