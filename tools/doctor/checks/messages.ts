import type { Facts, RuleFacts, TopicFacts } from "../facts.js";
import { broken, type Finding, rebuilt, unseen } from "../finding.js";
import { policySays } from "../resourcePolicy.js";

/** Who is told: topics, rules, alarms, queues. */
export function messageFindings(facts: Facts): Finding[] {
  return [
    ...facts.topics.flatMap((topic) => ofTopic(facts, topic)),
    ...rules(facts),
    ...alarms(facts),
    ...facts.queues.flatMap(({ name, waiting }) => queue(facts, name, waiting)),
  ];
}

const publishers = ["events.amazonaws.com", "cloudwatch.amazonaws.com"];

function ofTopic({ stack, homeRegion: where }: Facts, topic: TopicFacts): Finding[] {
  const { arn, role, found, subscriptions, keyPolicy } = topic;
  const silence = role === "failures" ? "nobody is told of a failure" : "nobody is told of completions";
  if (!found.ok) return [unseen(where, `topic ${arn}`, found.error)];
  if (found.value === undefined)
    return [broken("topic-gone", where, `there is no topic ${arn}`, silence, rebuilt(stack))];
  const { policy, keyArn } = found.value;
  const senders = role === "failures" ? publishers : publishers.slice(0, 1);
  const shut = senders.filter((who) => policySays(policy, who, "sns:Publish") !== "allows");
  return [
    ...shut.map((who) =>
      broken("topic-shut", where, `topic ${arn} takes nothing from ${who}`, silence, rebuilt(stack)),
    ),
    ...(keyArn === undefined ? [] : key(stack, where, keyArn, keyPolicy, senders, silence)),
    ...subscribers(where, topic, subscriptions, silence, stack),
  ];
}

function key(
  stack: string,
  where: string,
  keyArn: string,
  policy: TopicFacts["keyPolicy"],
  senders: readonly string[],
  silence: string,
): Finding[] {
  if (!policy.ok) return [unseen(where, `the policy of key ${keyArn}`, policy.error)];
  const document = policy.value;
  if (document === undefined)
    return [broken("key-gone", where, `there is no key ${keyArn}`, silence, rebuilt(stack))];
  const shut = senders.filter((who) =>
    ["kms:GenerateDataKey", "kms:Decrypt"].some((action) => policySays(document, who, action) !== "allows"),
  );
  return shut.map((who) =>
    broken(
      "key-shut",
      where,
      `key ${keyArn} does not let ${who} encrypt what it publishes`,
      `${silence}: the message is lost without an error`,
      rebuilt(stack),
    ),
  );
}

function subscribers(
  where: string,
  { arn, role }: TopicFacts,
  subscriptions: TopicFacts["subscriptions"],
  silence: string,
  stack: string,
): Finding[] {
  if (!subscriptions.ok) return [unseen(where, `the subscriptions of ${arn}`, subscriptions.error)];
  const list = subscriptions.value;
  if (list.length === 0) {
    // Who wants no message of completions has none.
    if (role === "completions") return [];
    const mend = `pulumi config set --path 'notificationEmails[0]' ADDRESS --stack ${stack} && pulumi up --stack ${stack}`;
    return [broken("topic-unheard", where, `nobody subscribes to topic ${arn}`, silence, mend)];
  }
  return list
    .filter(({ isConfirmed }) => !isConfirmed)
    .map(({ endpoint }) =>
      broken(
        "topic-unconfirmed",
        where,
        `${endpoint} has not confirmed the subscription to ${arn}`,
        `${endpoint} gets nothing`,
        `open the link in AWS's message to ${endpoint}; another one comes by aws sns subscribe --region ${where} --topic-arn ${arn} --protocol email --notification-endpoint ${endpoint}`,
      ),
    );
}

function statusesOf({ pattern }: RuleFacts): readonly string[] {
  const parsed: unknown = pattern === undefined ? {} : JSON.parse(pattern);
  const detail: unknown = Reflect.get(Object(parsed), "detail");
  const status: unknown = Reflect.get(Object(detail), "status");
  return Array.isArray(status) ? status.map(String) : [];
}

function rules(facts: Facts): Finding[] {
  const { stack, homeRegion: where, rules: found } = facts;
  if (!found.ok) return [unseen(where, "rules", found.error)];
  const all = found.value;
  const windows = facts.windows.flatMap(({ found: window }) =>
    window.ok && window.value !== undefined ? [window.value] : [],
  );
  const missing = windows.flatMap(({ id, name }) => {
    // One that calls a function tells nobody.
    const own = all.filter(
      ({ pattern, targets }) =>
        pattern?.includes(`"${id}"`) === true && !targets.some(({ arn }) => arn.includes(":function:")),
    );
    const lacks = (status: string) => !own.some((rule) => statusesOf(rule).includes(status));
    return [
      // The one end that the rule of every window tells: where there are records, these tell the others.
      ...(lacks("SKIPPED_OVERLAPPING") ? [[name, "failures", "nobody is told that it failed"] as const] : []),
      ...(lacks("SUCCESS")
        ? [
            [
              name,
              "completions",
              "nobody is told of it, and a window that reached nobody looks like one that did",
            ] as const,
          ]
        : []),
    ];
  });
  const calls = facts.functions.filter(({ name }) => facts.hourly.includes(name));
  const notCalled = calls.filter(
    ({ name }) =>
      !all.some(
        ({ schedule, targets }) =>
          schedule !== undefined && targets.some(({ arn }) => arn.endsWith(`:function:${name}`)),
      ),
  );
  return [
    ...missing.map(([name, what, why]) =>
      broken("rule-gone", where, `window ${name} has no rule for ${what}`, why, rebuilt(stack)),
    ),
    ...notCalled.map(({ name }) =>
      broken("hourly-gone", where, `no rule calls ${name} every hour`, hourlyWhy, rebuilt(stack)),
    ),
    ...all.flatMap((rule) => ofRule(facts, rule)),
  ];
}

const hourlyWhy = "what waits for an hour to pass never happens, and nobody watches the windows";

function ofRule({ stack, homeRegion: where, functions }: Facts, rule: RuleFacts): Finding[] {
  const { name, arn, state, schedule, targets } = rule;
  const why = schedule === undefined ? "nobody is told of what it listens to" : hourlyWhy;
  const called = functions.filter(({ name: one }) =>
    targets.some((to) => to.arn.endsWith(`:function:${one}`)),
  );
  return [
    ...(state === "DISABLED"
      ? [
          broken(
            "rule-disabled",
            where,
            `rule ${name} is disabled`,
            why,
            `aws events enable-rule --region ${where} --name ${name}`,
          ),
        ]
      : []),
    ...(targets.length === 0
      ? [broken("rule-idle", where, `rule ${name} has no target`, why, rebuilt(stack))]
      : []),
    ...called.flatMap(({ name: one, found, policy }) => {
      if (found.ok && found.value === undefined) return [];
      if (!policy.ok) return [unseen(where, `the policy of function ${one}`, policy.error)];
      if (policySays(policy.value ?? "", "events.amazonaws.com", "lambda:InvokeFunction") === "allows")
        return [];
      const what = `function ${one} does not let rule ${name} call it`;
      const mend = `aws lambda add-permission --region ${where} --function-name ${one} --statement-id ${name} --action lambda:InvokeFunction --principal events.amazonaws.com --source-arn ${arn}`;
      return [broken("rule-refused", where, what, why, mend)];
    }),
  ];
}

function alarms({ stack, homeRegion: where, alarms: found, functions }: Facts): Finding[] {
  if (!found.ok) return [unseen(where, "alarms", found.error)];
  const unwatched = functions.filter(
    ({ name, found: one }) =>
      one.ok &&
      one.value !== undefined &&
      !found.value.some(({ metric, dimensions }) => metric === "Errors" && dimensions.FunctionName === name),
  );
  const isWatched = found.value.some(({ metric }) => metric === "HoursOverdue");
  return [
    ...found.value
      .filter(({ state }) => state === "ALARM")
      .map(({ name }) =>
        broken(
          "alarm-rings",
          where,
          `alarm ${name} rings`,
          "what it watches does not work, or did not",
          "docs/runbook.md has a row for each alarm: begin there",
        ),
      ),
    ...unwatched.map(({ name }) =>
      broken(
        "alarm-gone",
        where,
        `no alarm watches the errors of ${name}`,
        "nobody is told when it fails",
        rebuilt(stack),
      ),
    ),
    ...(isWatched || functions.length === 0
      ? []
      : [
          broken(
            "overdue-gone",
            where,
            "no alarm watches HoursOverdue",
            "a window that does not open is told to nobody",
            rebuilt(stack),
          ),
        ]),
  ];
}

function queue(
  { stack, homeRegion: where }: Facts,
  name: string,
  waiting: Facts["queues"][number]["waiting"],
): Finding[] {
  if (!waiting.ok) return [unseen(where, `queue ${name}`, waiting.error)];
  if (waiting.value === undefined) {
    const why = "what could not be delivered is lost";
    return [broken("queue-gone", where, `there is no queue ${name}`, why, rebuilt(stack))];
  }
  if (waiting.value === 0) return [];
  const what = `${waiting.value} ${waiting.value === 1 ? "message waits" : "messages wait"} in queue ${name}`;
  const mend = `aws sqs receive-message --region ${where} --queue-url $(aws sqs get-queue-url --region ${where} --queue-name ${name} --query QueueUrl --output text), which shows what failed; docs/runbook.md says what then`;
  return [broken("queue-full", where, what, "something was not delivered, and was not done", mend)];
}
