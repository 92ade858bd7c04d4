import type { Summary } from "#lab/report/summary/summary.js";
import { dayMs, hourMs, minuteMs, shownFrom, time } from "./windowsSupport.js";

/** What the topics of the run of forty nodes have sent. */
export function messages(): Summary["messages"] {
  const topic = "arn:aws:sns:us-east-1:123456789012:patchplane-prod-failures";
  return [
    {
      at: time(shownFrom + 13 * dayMs + 10 * hourMs + 24 * minuteMs),
      topic,
      subject: "patchplane prod: install window ran out of time",
      text: "install-base was cancelled at the cutoff of patchplane-prod-install.\n18 of 31 nodes were done, 13 were not.",
      recipients: ["ops@example.com", "oncall@example.com"],
    },
    {
      at: time(shownFrom + 20 * dayMs + 8 * hourMs + 38 * minuteMs),
      topic,
      subject: "patchplane prod: install-base stopped by its error limit",
      text: "3 nodes failed, more than MaxErrors 2. 19 nodes were not tried.",
      recipients: ["ops@example.com", "oncall@example.com"],
    },
    {
      at: time(shownFrom + 24 * dayMs + hourMs),
      topic: "arn:aws:sns:us-east-1:123456789012:patchplane-prod-exclusions",
      subject: null,
      text: JSON.stringify({ entry: "payments-openssl", expires: "2026-12-31" }, null, 2),
      recipients: [],
    },
  ];
}
