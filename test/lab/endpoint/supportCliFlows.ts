import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { calendar, runbook } from "../aws/ssm/documents/documentSupport.js";
import { type Aws, type AwsCli, printed, type Ran, refused } from "./supportCli.js";
import type { CliLab } from "./supportCliLab.js";

/** What several commands do one after the other, and what is to be seen of it. */
interface Flow {
  readonly title: string;
  /** @param aws in Region eu-west-1, @param home in us-east-1 */
  readonly run: (world: {
    readonly aws: Aws;
    readonly home: Aws;
    readonly cli: AwsCli;
    readonly lab: CliLab;
  }) => Promise<void>;
}

/** The only node of the Region. */
const node = "i-0a0d8b8015f62fb94";
const text = async (running: Promise<Ran>): Promise<string> => (await printed<string>(running)) ?? "";
const json = JSON.stringify;

export const flows: readonly Flow[] = [
  {
    title: "makes a window with a target and a task, changes it, and takes it away",
    run: async ({ aws }) => {
      const id = await text(
        aws`ssm create-maintenance-window --name by-hand --schedule ${"rate(7 days)"} --duration 3 --cutoff 1 --no-allow-unassociated-targets --query WindowId`,
      );
      const target = await text(
        aws`ssm register-target-with-maintenance-window --window-id ${id} --resource-type INSTANCE --targets Key=InstanceIds,Values=${node} --query WindowTargetId`,
      );
      const parameters = { RunCommand: { Parameters: { Operation: ["Scan"] } } };
      const task = await text(
        aws`ssm register-task-with-maintenance-window --window-id ${id} --targets Key=WindowTargetIds,Values=${target} --task-arn AWS-RunPatchBaseline --task-type RUN_COMMAND --priority 1 --max-concurrency 1 --max-errors 1 --task-invocation-parameters ${json(parameters)} --query WindowTaskId`,
      );
      const changed = await printed(
        aws`ssm update-maintenance-window --window-id ${id} --schedule ${"cron(0 6 ? * TUE *)"} --query [Name,Schedule,Duration,Enabled]`,
      );
      expect(changed).to.deep.equal(["by-hand", "cron(0 6 ? * TUE *)", 3, true]);
      expect(
        await printed(
          aws`ssm get-maintenance-window-task --window-id ${id} --window-task-id ${task} --query [MaxErrors,MaxConcurrency,Priority,TaskInvocationParameters]`,
        ),
      ).to.deep.equal(["1", "1", 1, parameters]);
      expect(
        await refused(
          aws`ssm deregister-target-from-maintenance-window --window-id ${id} --window-target-id ${target} --safe`,
        ),
      ).to.match(/^TargetInUseException when calling DeregisterTargetFromMaintenanceWindow: /);
      expect(await printed(aws`ssm delete-maintenance-window --window-id ${id}`)).to.deep.equal({
        WindowId: id,
      });
      expect(await refused(aws`ssm get-maintenance-window --window-id ${id}`)).to.equal(
        `DoesNotExistException when calling GetMaintenanceWindow: maintenance window ${id} does not exist`,
      );
    },
  },
  {
    title: "makes a baseline, which cannot be deleted while a patch group has it",
    run: async ({ aws }) => {
      const id = await text(
        aws`ssm create-patch-baseline --name strict --operating-system UBUNTU --rejected-patches openssl --query BaselineId`,
      );
      await printed(
        aws`ssm register-patch-baseline-for-patch-group --baseline-id ${id} --patch-group by-hand`,
      );
      const updated = await printed(
        aws`ssm update-patch-baseline --baseline-id ${id} --rejected-patches-action BLOCK --query [Name,RejectedPatches,RejectedPatchesAction]`,
      );
      expect(updated).to.deep.equal(["strict", ["openssl"], "BLOCK"]);
      expect(await refused(aws`ssm delete-patch-baseline --baseline-id ${id}`)).to.equal(
        `ResourceInUseException when calling DeletePatchBaseline: ${id} is registered for a patch group, or is a default.`,
      );
    },
  },
  {
    title: "makes a runbook, starts it and stops it",
    run: async ({ aws }) => {
      const content = json(runbook());
      const made = await printed(
        aws`ssm create-document --name by-hand --document-type Automation --content ${content} --query DocumentDescription.[Name,DocumentVersion,DocumentType,Status]`,
      );
      expect(made).to.deep.equal(["by-hand", "1", "Automation", "Active"]);
      expect(await printed(aws`ssm get-document --name by-hand --query Content`)).to.equal(content);
      const id = await text(
        aws`ssm start-automation-execution --document-name by-hand --query AutomationExecutionId`,
      );
      await printed(aws`ssm stop-automation-execution --automation-execution-id ${id} --type Cancel`);
      const seen = aws`ssm get-automation-execution --automation-execution-id ${id} --query AutomationExecution.[DocumentName,AutomationExecutionStatus,ExecutedBy]`;
      expect(await printed(seen)).to.deep.equal([
        "by-hand",
        "Cancelled",
        "arn:aws:iam::123456789012:user/lab",
      ]);
    },
  },
  {
    title: "asks a change calendar",
    run: async ({ aws }) => {
      await printed(
        aws`ssm create-document --name freeze --document-type ChangeCalendar --document-format TEXT --content ${calendar}`,
      );
      const answer = aws`ssm get-calendar-state --calendar-names freeze --at-time 2026-12-24T00:00:00Z --query [State,AtTime]`;
      expect(await printed(answer)).to.deep.equal(["OPEN", "2026-12-24T00:00:00Z"]);
    },
  },
  {
    title: "tags and untags, one resource at a time or many",
    run: async ({ aws, lab }) => {
      const region = lab.lab.account.region("eu-west-1");
      const arn = region.nodeArn(node);
      const gone = region.nodeArn("i-00000000000000000");
      const failures = aws`resourcegroupstaggingapi tag-resources --resource-arn-list ${arn} ${gone} --tags ByHand=yes,Owner=me`;
      expect(await printed(failures)).to.deep.equal({
        FailedResourcesMap: {
          [gone]: {
            StatusCode: 400,
            ErrorCode: "InvalidParameterException",
            ErrorMessage: `${gone} does not exist.`,
          },
        },
      });
      expect(region.tags.of(arn)).to.include({ ByHand: "yes", Owner: "me" });
      const untagged = aws`resourcegroupstaggingapi untag-resources --resource-arn-list ${arn} --tag-keys ByHand`;
      expect(await printed(untagged)).to.deep.equal({ FailedResourcesMap: {} });
      expect(region.tags.of(arn)).to.include({ Owner: "me" }).and.not.to.have.property("ByHand");
      const id = region.windows.all[0]?.id ?? lab.scan.id;
      expect(
        await refused(
          aws`ssm add-tags-to-resource --resource-type MaintenanceWindow --resource-id ${id} --tags Key=aws:mine,Value=1`,
        ),
      ).to.match(/^(ValidationException|InvalidResourceId) when calling AddTagsToResource: /);
    },
  },
  {
    title: "copies files to a bucket and back, and finds what was deleted",
    run: async ({ home, cli }) => {
      const key = "notes/a b+ü.txt";
      const body = "what is kept\n".repeat(1000);
      writeFileSync(join(cli.folder, "up.txt"), body);
      const up = await home`s3 cp up.txt s3://reports/${key} --no-progress`;
      expect(up.out.trim()).to.equal(`upload: ./up.txt to s3://reports/${key}`);
      const listed = await home`s3 ls s3://reports/notes/`;
      expect(listed.out).to.match(/^2026-10-12 00:00:\d\d +13000 a b\+ü\.txt\n$/);
      const put = home`s3api put-object --bucket reports --key notes/put.txt --body up.txt --metadata by=hand`;
      const { VersionId } = await printed<{ readonly VersionId: string }>(put);
      const head = home`s3api head-object --bucket reports --key notes/put.txt --query [VersionId,Metadata.by]`;
      expect(await printed(head)).to.deep.equal([VersionId, "hand"]);
      await home`s3 cp s3://reports/${key} down.txt --no-progress`;
      expect(readFileSync(join(cli.folder, "down.txt"), "utf8")).to.equal(body);
      const removed = await home`s3 rm s3://reports/${key}`;
      expect(removed.out.trim()).to.equal(`delete: s3://reports/${key}`);
      const [version, isMarkerLatest] = await printed<[string, boolean]>(
        home`s3api list-object-versions --bucket reports --prefix ${key} --query [Versions[0].VersionId,DeleteMarkers[0].IsLatest]`,
      );
      expect(isMarkerLatest).to.equal(true);
      const got = home`s3api get-object --bucket reports --key ${key} --version-id ${version} --range bytes=0-3 part.txt --query [ContentLength,ContentRange]`;
      expect(await printed(got)).to.deep.equal([4, "bytes 0-3/13000"]);
      expect(readFileSync(join(cli.folder, "part.txt"), "utf8")).to.equal("what");
      expect(await refused(home`s3api get-object --bucket reports --key ${key} none.txt`)).to.equal(
        "NoSuchKey when calling GetObject: The specified key does not exist.",
      );
    },
  },
  {
    title: "moves an object, restores a version by copying it, and empties a bucket and what it keeps",
    run: async ({ home, cli, lab }) => {
      lab.lab.account.s3.createBucket({ Bucket: "kept" }, lab.home);
      lab.lab.account.s3.putBucketVersioning({ Bucket: "kept", Status: "Enabled" }, lab.home);
      const key = "old/a b+ü.txt";
      writeFileSync(join(cli.folder, "kept.txt"), "kept\n");
      await printed(home`s3api put-object --bucket kept --key ${key} --body kept.txt`);
      const moved = await home`s3 mv s3://kept/${key} s3://kept/new.txt --no-progress`;
      expect([moved.err, moved.out.trim()]).to.deep.equal([
        "",
        `move: s3://kept/${key} to s3://kept/new.txt`,
      ]);
      const version = await text(
        home`s3api list-object-versions --bucket kept --prefix ${key} --query Versions[0].VersionId`,
      );
      // The CLI encodes it.
      const source = `kept/${key}?versionId=${version}`;
      const restored = home`s3api copy-object --bucket kept --key ${key} --copy-source ${source} --query CopySourceVersionId`;
      expect(await printed(restored)).to.equal(version);
      const keys = home`s3api list-objects --bucket kept --query Contents[].Key`;
      expect(await printed(keys)).to.deep.equal(["new.txt", key]);
      // docs/changes.md, "Remove it"
      const all = "{Objects: [Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}}";
      const list = await home`s3api list-object-versions --bucket kept --max-items 1000 --query ${all}`;
      const deleted = home`s3api delete-objects --bucket kept --delete ${list.out} --query length(Deleted)`;
      expect(await printed(deleted)).to.equal(4);
      expect(await printed(home`s3api list-object-versions --bucket kept --query Versions`)).to.equal(null);
    },
  },
  {
    title: "invokes a function, reads what it logged, and publishes",
    run: async ({ home, cli, lab }) => {
      writeFileSync(join(cli.folder, "event.json"), json({ name: "Ada" }));
      const invoked = home`lambda invoke --function-name greeter --payload fileb://event.json answer.json`;
      expect(await printed(invoked)).to.deep.equal({ StatusCode: 200, ExecutedVersion: "$LATEST" });
      const answer = JSON.parse(readFileSync(join(cli.folder, "answer.json"), "utf8"));
      expect(answer.text).to.equal("good morning, Ada");
      expect(answer.at).to.match(/^2026-10-12T00:00:0\d\.\d{3}Z$/);
      const logged = await printed<string[]>(
        home`logs filter-log-events --log-group-name /aws/lambda/greeter --filter-pattern greeting --query events[].message`,
      );
      expect(logged).to.have.lengthOf(1);
      expect(logged[0]).to.match(/\tINFO\tgreeting Ada$/);
      const topic = lab.home.arn("sns", "notifications-failures");
      const before = lab.home.sns.delivered.filter(({ topicArn }) => topicArn === topic).length;
      await printed(home`sns publish --topic-arn ${topic} --subject hello --message ${"who is there"}`);
      const published = lab.home.sns.delivered.filter(({ topicArn }) => topicArn === topic);
      // Before them are what the records of the windows told.
      expect(published.slice(before).map(({ subject, text: said }) => [subject, said])).to.deep.equal([
        ["hello", "who is there"],
      ]);
    },
  },
  {
    title: "sends a command and cancels it",
    run: async ({ aws, lab }) => {
      const id = await text(
        aws`ssm send-command --document-name AWS-RunPatchBaseline --instance-ids ${node} --parameters Operation=Scan --query Command.CommandId`,
      );
      await printed(aws`ssm cancel-command --command-id ${id}`);
      const command = lab.lab.account.region("eu-west-1").runCommand.command(id);
      const seen = aws`ssm get-command-invocation --command-id ${id} --instance-id ${node} --query [InstanceId,StatusDetails]`;
      expect(await printed(seen)).to.deep.equal([node, command.statusOf(0)]);
      expect(command.statusOf(0)).to.equal("Cancelled");
    },
  },
];
