import type { RebootOption } from "../common/choices.js";
import type { WindowSchedule } from "../windows/windowSchedule.js";

/** The ring that comes before another one, and what it must have come to. */
export interface RingAfter {
  /** Name of that ring, as its own central window has it. */
  name: string;
  /** Hours from the end of its run, from 0. */
  soakHours: number;
  /** Hours before the start of this ring in which its run began, if it is of the same cycle. */
  withinHours: number;
  /** The same of the run of the first ring. @default withinHours */
  cycleHours?: number;
  /** Percent of its nodes that must have been patched, 1 to 100. */
  minSuccessPercent: number;
  /** Most of its nodes that may have failed, from 0. @default any */
  maxFailed?: number;
}

/** What a ring changes of what the fan-out does. */
export interface RingChanges {
  /** Some of the fan-out's Regions. @default all of them */
  regions?: string[];
  /** Whether nodes are rebooted. @default the fan-out's */
  rebootOption?: RebootOption;
  /** Nodes of a group at once within a Region. @default the fan-out's */
  maxConcurrency?: string;
  /** Failed nodes of a group after which no other of the Region is begun. @default the fan-out's */
  maxErrors?: string;
  /** Change Calendars that must all be open. @default the fan-out's */
  calendars?: string[];
}

/** A ring of a central window, in another account. */
export interface MemberRing {
  /** As the central window has it. */
  name: string;
  /** Patch groups of the targets, each in one ring. */
  patchGroups: string[];
  /** Days by which its baselines approve later than those of a first ring, from 0. @default 0: it is a first one */
  delayDays?: number;
}

/** A window for some of the patch groups, which starts when the one before has done well. */
export interface FanoutRing {
  /** 1 to 20 small letters, digits and dashes, beginning with a letter. */
  name: string;
  /** Patch groups of the targets, each in one ring. */
  patchGroups: string[];
  /** When its window opens and for how long. */
  schedule: WindowSchedule;
  /** What it changes of what the fan-out does. @default nothing */
  changes?: RingChanges;
  /** The ring before it. @default none: it is a first one */
  after?: RingAfter;
  /** Most failed nodes of all rings of a cycle, from 0. @default any */
  maxFailedTotal?: number;
  /** ARNs of up to 10 alarms of CloudWatch, of which none may be in ALARM. @default none */
  alarms?: string[];
}
