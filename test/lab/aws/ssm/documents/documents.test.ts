import { createHash } from "node:crypto";
import type {
  DescribeDocumentPermissionResponse,
  DescribeDocumentResult,
  GetDocumentResult,
  ListDocumentsResult,
  UpdateDocumentResult,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { errorCode, hour, monday } from "#test/lab/support.js";
import { pages } from "../../apiSupport.js";
import { automation, calendar, call, command, runbook, step, world } from "./documentSupport.js";

describe("documents", () => {
  it("say what they are", () => {
    const { region, create } = world();
    const parameters = {
      Count: { type: "Integer", default: 3 },
      Names: { type: "StringList", description: "Some names." },
      Mode: { type: "String", default: "", allowedValues: ["", "fast"] },
    };
    const Content = JSON.stringify(runbook({ description: "Waits.", parameters }));
    const { DocumentDescription } = create({
      Content,
      TargetType: "/",
      VersionName: "first",
      DisplayName: "My runbook",
      Tags: [{ Key: "Team", Value: "ops" }],
    });
    const wanted = {
      Hash: createHash("sha256").update(Content).digest("hex"),
      HashType: "Sha256",
      Name: "my-runbook",
      DisplayName: "My runbook",
      VersionName: "first",
      Owner: "123456789012",
      CreatedDate: new Date(monday),
      Status: "Active",
      DocumentVersion: "1",
      Description: "Waits.",
      Parameters: [
        { Name: "Count", Type: "String", DefaultValue: "3" },
        { Name: "Names", Type: "StringList", Description: "Some names." },
        { Name: "Mode", Type: "String", DefaultValue: "" },
      ],
      PlatformTypes: ["Windows", "Linux", "MacOS"],
      DocumentType: "Automation",
      SchemaVersion: "0.3",
      LatestVersion: "1",
      DefaultVersion: "1",
      DocumentFormat: "JSON",
      TargetType: "/",
      Tags: [{ Key: "Team", Value: "ops" }],
    };
    expect(DocumentDescription).to.deep.equal(wanted);
    for (const Name of ["my-runbook", region.arn("ssm", "document/my-runbook")])
      expect(call<DescribeDocumentResult>(region, "DescribeDocument", { Name })).to.deep.equal({
        Document: wanted,
      });
    expect(call<GetDocumentResult>(region, "GetDocument", { Name: "my-runbook" })).to.deep.equal({
      Name: "my-runbook",
      CreatedDate: new Date(monday),
      DisplayName: "My runbook",
      VersionName: "first",
      DocumentVersion: "1",
      Status: "Active",
      Content,
      DocumentType: "Automation",
      DocumentFormat: "JSON",
    });
  });

  it("are given in the format that is asked for, JSON unasked", () => {
    const { region, create } = world();
    const Content =
      "schemaVersion: '0.3'\nmainSteps: [{name: wait, action: aws:sleep, inputs: {Duration: PT1M}}]\n";
    create({ Content, DocumentFormat: "YAML" });
    create({
      Name: "my-calendar",
      Content: calendar,
      DocumentType: "ChangeCalendar",
      DocumentFormat: "TEXT",
    });
    const get = (Name: string, DocumentFormat?: string) =>
      call<GetDocumentResult>(region, "GetDocument", {
        Name,
        ...(DocumentFormat === undefined ? {} : { DocumentFormat }),
      });
    expect(get("my-runbook", "YAML").Content).to.equal(Content);
    expect(JSON.parse(get("my-runbook").Content ?? "")).to.deep.equal(runbook());
    expect(get("my-runbook").DocumentFormat).to.equal("JSON");
    expect(get("my-calendar", "TEXT").Content).to.equal(calendar);
    expect(errorCode(() => get("my-calendar"))).to.equal("ValidationException");
    expect(errorCode(() => get("my-runbook", "TEXT"))).to.equal("ValidationException");
  });

  it("must have a name of their own, and number 500 at most", () => {
    const { create } = world();
    create();
    expect(errorCode(create)).to.equal("DocumentAlreadyExists");
    for (let index = 1; index < 500; index++) create({ Name: `runbook-${index}` });
    expect(errorCode(() => create({ Name: "one-more" }))).to.equal("DocumentLimitExceeded");
  });

  it("have versions, of which the first one stays the default", () => {
    const { region, clock, create } = world({ VersionName: "first", DisplayName: "One" });
    create();
    const update = (input: object) =>
      call<UpdateDocumentResult>(region, "UpdateDocument", {
        Name: "my-runbook",
        DocumentVersion: "$LATEST",
        ...input,
      });
    const content = (minutes: number) =>
      JSON.stringify(runbook({ mainSteps: [{ ...step, inputs: { Duration: `PT${minutes}M` } }] }));
    clock.at(monday + hour, () => undefined);
    const second = update({ Content: content(2), TargetType: "/AWS::EC2::Instance" }).DocumentDescription;
    expect(second).to.deep.include({
      DocumentVersion: "2",
      LatestVersion: "2",
      DefaultVersion: "1",
      DisplayName: "One",
    });
    expect(second).to.not.have.property("VersionName");
    expect(errorCode(() => update({ Content: content(2) }))).to.equal("DuplicateDocumentContent");
    // Which versions AWS means by it is open: lab/unknowns.ts, formerContent.
    expect(errorCode(() => update({ Content: JSON.stringify(runbook()) }))).to.equal(
      "DuplicateDocumentContent",
    );
    expect(errorCode(() => update({ Content: content(3), VersionName: "first" }))).to.equal(
      "DuplicateDocumentVersionName",
    );
    expect(errorCode(() => update({ Content: content(3), DocumentVersion: "1" }))).to.equal(
      "InvalidDocumentVersion",
    );
    expect(errorCode(() => update({ Content: content(3), DocumentVersion: undefined }))).to.equal(
      "InvalidDocumentVersion",
    );
    expect(errorCode(() => update({ Content: "{}" }))).to.equal("InvalidDocumentContent");
    expect(errorCode(() => update({ Name: "other", Content: content(3) }))).to.equal("InvalidDocument");
    expect(
      update({ Content: content(3), DocumentVersion: "2" }).DocumentDescription?.DocumentVersion,
    ).to.equal("3");
    const version = (wanted: object) =>
      call<DescribeDocumentResult>(region, "DescribeDocument", { Name: "my-runbook", ...wanted }).Document
        ?.DocumentVersion;
    expect(version({})).to.equal("1");
    expect(version({ DocumentVersion: "$DEFAULT" })).to.equal("1");
    expect(version({ DocumentVersion: "$LATEST" })).to.equal("3");
    expect(version({ DocumentVersion: "2" })).to.equal("2");
    expect(version({ VersionName: "first" })).to.equal("1");
    expect(errorCode(() => version({ DocumentVersion: "4" }))).to.equal("InvalidDocumentVersion");
    expect(errorCode(() => version({ VersionName: "second" }))).to.equal("InvalidDocumentVersion");
    expect(
      call<DescribeDocumentResult>(region, "DescribeDocument", { Name: "my-runbook" }).Document?.TargetType,
    ).to.equal("/AWS::EC2::Instance");
  });

  it("are gone with their tags when deleted", () => {
    const { region, create } = world();
    create({ Tags: [{ Key: "Team", Value: "ops" }] });
    expect(call(region, "DeleteDocument", { Name: "my-runbook" })).to.deep.equal({});
    for (const operation of ["DescribeDocument", "GetDocument", "DeleteDocument"] as const)
      expect(
        errorCode(() => call(region, operation, { Name: "my-runbook" })),
        operation,
      ).to.equal("InvalidDocument");
    expect(create().DocumentDescription?.Tags).to.deep.equal([]);
    expect(
      errorCode(() => call(region, "DeleteDocument", { Name: "my-runbook", DocumentVersion: "1" })),
    ).to.equal("NotModelledError");
  });

  it("are listed by name, type, owner, platform, target and tag", () => {
    const { region, create } = world();
    create({ Tags: [{ Key: "Team", Value: "ops" }], TargetType: "/" });
    create({ Name: "my-command", DocumentType: "Command", ...automation(command()) });
    create({ Name: "calendar", Content: calendar, DocumentType: "ChangeCalendar", DocumentFormat: "TEXT" });
    const list = (...Filters: { Key: string; Values: string[] }[]) =>
      call<ListDocumentsResult>(region, "ListDocuments", { Filters }).DocumentIdentifiers?.map(
        ({ Name }) => Name,
      );
    const by = (Key: string, ...Values: string[]) => ({ Key, Values });
    expect(list()).to.deep.equal(["AWS-RunPatchBaseline", "my-runbook", "my-command", "calendar"]);
    expect(list(by("Owner", "Self"))).to.deep.equal(["my-runbook", "my-command", "calendar"]);
    expect(list(by("Name", "my-", "AWS-"))).to.deep.equal([
      "AWS-RunPatchBaseline",
      "my-runbook",
      "my-command",
    ]);
    expect(list(by("DocumentType", "Command"), by("Owner", "Self"))).to.deep.equal(["my-command"]);
    expect(list(by("DocumentType", "Command", "ChangeCalendar"), by("Owner", "Self"))).to.deep.equal([
      "my-command",
      "calendar",
    ]);
    expect(list(by("PlatformTypes", "Windows"), by("Owner", "Self"))).to.deep.equal(["my-runbook"]);
    expect(list(by("TargetType", "/"))).to.deep.equal(["my-runbook"]);
    expect(list(by("tag:Team", "dev", "ops"))).to.deep.equal(["my-runbook"]);
    expect(list(by("tag:Team", "dev"))).to.deep.equal([]);
    expect(errorCode(() => list(by("Owner", "Amazon")))).to.equal("NotModelledError");
    expect(errorCode(() => list(by("Colour", "red")))).to.equal("InvalidFilterKey");
    const { items, sizes } = pages((NextToken) => {
      const page = call<ListDocumentsResult>(region, "ListDocuments", {
        MaxResults: 3,
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      return { items: page.DocumentIdentifiers ?? [], next: page.NextToken };
    });
    expect(sizes).to.deep.equal([3, 1]);
    expect(items[1]).to.deep.equal({
      Name: "my-runbook",
      CreatedDate: new Date(monday),
      Owner: "123456789012",
      PlatformTypes: ["Windows", "Linux", "MacOS"],
      DocumentVersion: "1",
      DocumentType: "Automation",
      SchemaVersion: "0.3",
      DocumentFormat: "JSON",
      TargetType: "/",
      Tags: [{ Key: "Team", Value: "ops" }],
    });
  });

  it("of Amazon: AWS-RunPatchBaseline is known by its parameters, not by its content", () => {
    const { region } = world();
    const Name = "AWS-RunPatchBaseline";
    const { Document } = call<DescribeDocumentResult>(region, "DescribeDocument", { Name });
    expect(Document).to.include({ Owner: "Amazon", DocumentType: "Command", SchemaVersion: "2.2" });
    expect(Document?.Parameters?.map(({ Name, DefaultValue }) => [Name, DefaultValue])).to.deep.equal([
      ["Operation", undefined],
      ["AssociationId", ""],
      ["SnapshotId", ""],
      ["RebootOption", "RebootIfNeeded"],
      ["InstallOverrideList", ""],
      ["BaselineOverride", ""],
      ["StepTimeoutSeconds", "7200"],
    ]);
    expect(errorCode(() => call<GetDocumentResult>(region, "GetDocument", { Name }))).to.equal(
      "NotModelledError",
    );
    for (const [operation, other] of [
      ["DeleteDocument", Name],
      ["DescribeDocument", "AWS-Noop"],
    ] as const)
      expect(errorCode(() => call(region, operation, { Name: other }))).to.equal("NotModelledError");
  });

  it("are shared with accounts, and no longer; who is added and removed at once is removed", () => {
    const { region, create } = world();
    create({});
    const of = { Name: "my-runbook", PermissionType: "Share" };
    const [one, two] = ["111111111111", "222222222222"];
    const shared = () =>
      call<DescribeDocumentPermissionResponse>(region, "DescribeDocumentPermission", of)
        .AccountSharingInfoList;
    const modify = (input: object) => call<object>(region, "ModifyDocumentPermission", { ...of, ...input });
    modify({ AccountIdsToAdd: [one, two, "All"], SharedDocumentVersion: "$ALL" });
    modify({ AccountIdsToAdd: [one], AccountIdsToRemove: [two] });
    expect(shared()).to.deep.equal([
      { AccountId: one, SharedDocumentVersion: "$DEFAULT" },
      { AccountId: "all", SharedDocumentVersion: "$ALL" },
    ]);
    const remove = () => call<object>(region, "DeleteDocument", { Name: "my-runbook" });
    // API reference, DeleteDocument: a document that is shared cannot be deleted.
    expect(errorCode(remove)).to.equal("InvalidDocumentOperation");
    modify({ AccountIdsToAdd: [one], AccountIdsToRemove: [one, "ALL"] });
    expect(shared()).to.deep.equal([]);
    expect(errorCode(() => modify({}))).to.equal("ValidationException");
    const many = Array.from({ length: 1000 }, (_, index) => String(100_000_000_000 + index));
    for (let at = 0; at < many.length; at += 20) modify({ AccountIdsToAdd: many.slice(at, at + 20) });
    expect(errorCode(() => modify({ AccountIdsToAdd: [one] }))).to.equal("DocumentPermissionLimit");
    expect(shared()).to.have.lengthOf(20);
  });
});
