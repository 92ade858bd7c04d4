/** Version of the facts in a message; a change that a reader has to follow raises it. */
const messageVersion = "1";

/** Every kind of message that functions send, and what it tells. docs/messages.md has the same table. */
export const messageKinds = {
  "exclusions-refused": "a manifest has a mistake: its last good version stays in force",
  "exclusions-held": "a manifest would move more nodes than may be moved without an approval",
  "exclusions-expiring": "entries of a manifest end soon",
  "exclusions-expired": "entries of a manifest have ended: their patches are installed again",
  "exclusions-applied-with-trouble":
    "a manifest is applied, and an entry does not do what its author expects",
  "exclusions-in-trouble": "the same, of the version that stays in force under a refused or held one",
  "exclusions-tags": "somebody else writes the two tags of nodes",
  "exclusions-breach": "nodes have, or may have, installed what exclusions in force were to keep off them",
  "exclusions-unvouched":
    "an install window was cancelled, or goes on, since nobody can vouch for exclusions that are in force",
  "exclusions-misplaced": "objects lie in the bucket where nothing reads them",
  "exclusions-lost":
    "what the processor knew of its manifests, or kept of a Region, of refused versions or of nodes' runs, was lost",
  "fanout-closed": "a run of the central window has ended, and something in it failed or was not reached",
  "fanout-late": "nodes are still at work after the end of a run",
  "nodes-elsewhere":
    "nodes carry the stack's tags in Regions that nothing of it reaches, without a recent patch report; or no such Region can be looked at",
  "window-closed":
    "a scan or install window has ended, and somebody must look at nodes of it, or not all of it could be read",
  "window-late": "nodes are still at work after the end of an install window",
} as const;

/** A kind of message. Letters and dashes, since a custom action of Amazon Q Developer names kinds by these alone. */
export type MessageKind = keyof typeof messageKinds;

/** A message to the people of a stack, and to programs. */
export interface Notice {
  /** In ASCII; what SNS has no room for is cut off. */
  readonly subject: string;
  readonly text: string;
  readonly kind: MessageKind;
  /** What it is about: messages about the same thing form a thread. A manifest's key, the id of a run. */
  readonly about: string;
  /** Objects of the stack's bucket that say more. */
  readonly resources?: readonly string[];
  /** Figures that a program need not read out of the text. */
  readonly facts?: Readonly<Record<string, string>>;
}

/**
 * What programs are sent: the shape of a custom notification of Amazon Q Developer in chat applications, so that Slack and Teams
 * show it as it is.
 *
 * @see Amazon Q Developer in chat applications, administrator guide, Custom notifications: event schema
 */
interface TopicMessage {
  readonly version: "1.0";
  readonly source: "custom";
  readonly content: {
    /** The subject. */
    readonly title: string;
    /** The text, cut where a chat would. */
    readonly description: string;
  };
  readonly metadata: {
    readonly threadId: string;
    readonly eventType: MessageKind;
    readonly relatedResources: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>> & {
      readonly messageVersion: string;
      /** Name of the function that sends it, which has the stack's environment in it. */
      readonly sentBy: string;
    };
  };
}

/** "Less than 100 characters long" (API reference of SNS, Publish, Subject). */
const mostSubject = 99;
/** Characters that a chat is sent; SNS takes 262,144 bytes of all shapes together, and a character may be written in six. */
const mostDescribed = 4_000;
const mostText = 20_000;

/** A message as programs get it. */
function topicMessage(notice: Notice, sentBy: string): TopicMessage {
  const { subject, text, kind, about, resources = [], facts = {} } = notice;
  return {
    version: "1.0",
    source: "custom",
    content: { title: subject, description: text.slice(0, mostDescribed) },
    metadata: {
      ...{ threadId: about, eventType: kind, relatedResources: resources },
      additionalContext: { ...facts, messageVersion, sentBy },
    },
  };
}

/** What SNS is told: a text for people and JSON for programs, by the protocol of each subscription. */
export function publication(
  notice: Notice,
  sentBy: string,
): { readonly Subject: string; readonly MessageStructure: "json"; readonly Message: string } {
  const json = JSON.stringify(topicMessage(notice, sentBy));
  const text = notice.text.slice(0, mostText);
  const Message = JSON.stringify({
    default: text,
    ...{ http: json, https: json, sqs: json, lambda: json, firehose: json },
  });
  return { Subject: cut(notice.subject), MessageStructure: "json", Message };
}

const cut = (subject: string): string =>
  subject.length <= mostSubject ? subject : `${subject.slice(0, mostSubject - 3)}...`;
