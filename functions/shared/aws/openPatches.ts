import { paginateDescribeInstancePatches, type SSMClient } from "@aws-sdk/client-ssm";
import { reportedName, reportedState } from "#shared/contract/reportedPatches.js";
import type { OpenPatch } from "../names/openPatches.js";
import { allPages } from "./clients.js";

const states = ["Missing", "Failed"] as const;
/** Most patches of a page (API DescribeInstancePatches). */
const pageSize = 100;

/**
 * What a node lacks, and what has failed on it, by its last report: a page of a hundred patches a call. Thousands of nodes are asked
 * one after the other: without options the SDK keeps its middleware from call to call. Whoever waits stops waiting in time.
 */
export async function openPatchesOf(client: SSMClient, InstanceId: string): Promise<OpenPatch[]> {
  const Filters = [{ Key: "State", Values: [...states] }];
  const pages = paginateDescribeInstancePatches({ client, pageSize }, { InstanceId, Filters });
  const found = await allPages(pages, ({ Patches }) => Patches);
  return found.flatMap(({ State, Severity = "", ...patch }) => {
    const state = reportedState(states, State);
    if (state === undefined) return [];
    return [
      { name: reportedName(patch), severity: Severity, state: state === "Failed" ? "failed" : "missing" },
    ];
  });
}
