import type { ServiceName } from "../../aws/model/model.js";
import type { Handlers } from "../operation.js";
import { cloudWatchHandlers } from "./cloudWatch.js";
import { ec2Handlers } from "./ec2.js";
import { eventsHandlers } from "./events.js";
import { iamHandlers } from "./iam.js";
import { kmsHandlers } from "./kms.js";
import { lambdaHandlers } from "./lambda.js";
import { logsHandlers } from "./logs.js";
import { resourceGroupsHandlers } from "./resourceGroups.js";
import { s3Handlers } from "./s3.js";
import { schedulerHandlers } from "./scheduler.js";
import { snsHandlers } from "./sns.js";
import { sqsHandlers } from "./sqs.js";
import { ssmAutomationHandlers } from "./ssmAutomation.js";
import { ssmBaselineHandlers } from "./ssmBaselines.js";
import { ssmCommandHandlers } from "./ssmCommands.js";
import { ssmDocumentHandlers } from "./ssmDocuments.js";
import { ssmNodeHandlers } from "./ssmNodes.js";
import { ssmTagHandlers } from "./ssmTags.js";
import { ssmWindowHandlers } from "./ssmWindows.js";
import { stsHandlers } from "./sts.js";
import { taggingHandlers } from "./tagging.js";

/** What serves the operations, by service. */
export const services: Readonly<Record<ServiceName, Handlers>> = {
  ec2: ec2Handlers,
  lambda: lambdaHandlers,
  logs: logsHandlers,
  "resource-groups": resourceGroupsHandlers,
  s3: s3Handlers,
  scheduler: schedulerHandlers,
  sns: snsHandlers,
  ssm: {
    ...ssmAutomationHandlers,
    ...ssmBaselineHandlers,
    ...ssmCommandHandlers,
    ...ssmDocumentHandlers,
    ...ssmNodeHandlers,
    ...ssmTagHandlers,
    ...ssmWindowHandlers,
  },
  sts: stsHandlers,
  cloudwatch: cloudWatchHandlers,
  events: eventsHandlers,
  iam: iamHandlers,
  kms: kmsHandlers,
  sqs: sqsHandlers,
  tagging: taggingHandlers,
};
