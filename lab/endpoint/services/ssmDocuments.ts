import type { GetCalendarStateRequest } from "@aws-sdk/client-ssm";
import { getCalendarState } from "../../aws/ssm/documents/calendars.js";
import type { ApiContext, Handlers } from "../operation.js";
import { methods } from "./methods.js";

/** SSM's operations on documents and change calendars. */
export const ssmDocumentHandlers = {
  ...methods(
    ({ documents }) => documents,
    "CreateDocument",
    "GetDocument",
    "DescribeDocument",
    "UpdateDocument",
    "UpdateDocumentDefaultVersion",
    "ModifyDocumentPermission",
    "DescribeDocumentPermission",
    "DeleteDocument",
    "ListDocuments",
  ),
  GetCalendarState: (input: GetCalendarStateRequest, { region }: ApiContext) =>
    getCalendarState(region, input),
} as const satisfies Handlers;
