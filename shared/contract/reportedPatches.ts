/** A patch as AWS tells of it (API PatchComplianceData). */
interface ReportedPatch {
  readonly KBId?: string | undefined;
  readonly Title?: string | undefined;
}

/** By what name people know a patch: its KB, or its title where that is all there is. On Linux the KB is the package's name. */
export function reportedName({ KBId = "", Title = "" }: ReportedPatch): string {
  return KBId === "" ? Title : KBId;
}

/** Which of some states a patch is in: the model writes INSTALLED_PENDING_REBOOT, and filters InstalledPendingReboot. */
export function reportedState<State extends string>(
  states: readonly State[],
  told: string | undefined,
): State | undefined {
  return states.find((one) => one.toLowerCase() === (told ?? "").replaceAll("_", "").toLowerCase());
}
