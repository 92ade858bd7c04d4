import { z } from "zod";
import { ComplianceLevel, RejectedPatchesAction, SecurityUpdatesStatus } from "#components/index.js";
import { dateAsWritten } from "./handedOver.js";

const text = z.string();
const list = z.array(text);

const approvalRule = z.strictObject({
  approveAfterDays: z.number().exactOptional(),
  approveUntilDate: text.transform(dateAsWritten).exactOptional(),
  complianceLevel: z.enum(ComplianceLevel).exactOptional(),
  enableNonSecurity: z.boolean().exactOptional(),
  product: list.exactOptional(),
  productFamily: list.exactOptional(),
  patchSet: list.exactOptional(),
  classification: list.exactOptional(),
  severity: list.exactOptional(),
  priority: list.exactOptional(),
});

/** The shape of an operating system's baseline; its rules are the component's. */
export const baseline = z.strictObject({
  predefined: z.literal(true).exactOptional(),
  approvalRules: z.array(approvalRule).exactOptional(),
  approvedPatches: list.exactOptional(),
  approvedPatchesEnableNonSecurity: z.boolean().exactOptional(),
  availableSecurityUpdatesComplianceStatus: z.enum(SecurityUpdatesStatus).exactOptional(),
  rejectedPatches: list.exactOptional(),
  rejectedPatchesAction: z.enum(RejectedPatchesAction).exactOptional(),
});

/** What a baseline may say. */
export const settingsKeys = Object.keys(baseline.shape);
/** What an approval rule may say. */
export const ruleKeys = Object.keys(approvalRule.shape);
