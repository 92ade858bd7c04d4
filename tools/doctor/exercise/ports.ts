/** What a scan through a window of its own is asked to be. */
export interface TrialWindow {
  /** By it a leftover is found again. */
  readonly name: string;
  /** ISO 8601 in UTC to the second, as `at(...)` takes it. */
  readonly opensAt: string;
  readonly nodeId: string;
  /** ARN of the stack's own role for windows that scan. */
  readonly roleArn: string;
  readonly bucket: string | undefined;
}

/** Where a tag of a node can be read, and whether it is seen there by now. */
export interface TagView {
  readonly name: string;
  /** Whether it knows such a node at all; without it, it does. */
  readonly knows?: (nodeId: string) => boolean;
  readonly sees: (nodeId: string, key: string, value: string) => Promise<boolean>;
}

/** What the exercise reaches; each method throws when it cannot. */
export interface ExercisePorts {
  /** Ids of windows of a name. */
  readonly windowsNamed: (name: string) => Promise<readonly string[]>;
  /** Makes a window with one target and one task. @returns its id */
  readonly openWindow: (window: TrialWindow) => Promise<string>;
  /** Deletes a window, with all that is registered to it. */
  readonly deleteWindow: (id: string) => Promise<void>;
  /** Status of the window's last execution, and of the node's command in it; undefined before it has begun. */
  readonly execution: (
    windowId: string,
  ) => Promise<{ readonly status: string; readonly detail: string } | undefined>;
  readonly publish: (topicArn: string, subject: string, message: string) => Promise<void>;
  readonly tag: (nodeId: string, key: string, value: string) => Promise<void>;
  readonly untag: (nodeId: string, key: string) => Promise<void>;
  readonly views: readonly TagView[];
}
