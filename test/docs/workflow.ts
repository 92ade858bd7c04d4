type Values = Readonly<Record<string, unknown>>;

/** Keys of a job's steps (GitHub's workflow syntax). */
const stepKeys = ["name", "id", "if", "uses", "with", "run", "env", "working-directory"];

/** What is wrong with a workflow of GitHub Actions, as far as its syntax tells, and with the commands that it runs. */
export function workflowProblems({ name, on, permissions, jobs, ...rest }: Values): string[] {
  const problems = Object.keys(rest).map((key) => `${key}: no key of a workflow here`);
  if (typeof name !== "string") problems.push("name: missing");
  if (on === undefined) problems.push("on: missing");
  if ((permissions as Values | undefined)?.["id-token"] !== "write")
    problems.push("permissions: OIDC needs id-token: write");
  for (const [job, given] of Object.entries((jobs ?? {}) as Readonly<Record<string, Values>>)) {
    if (typeof given["runs-on"] !== "string") problems.push(`${job}: no runs-on`);
    for (const [index, step] of ((given.steps ?? []) as readonly Values[]).entries()) {
      const strange = Object.keys(step).filter((key) => !stepKeys.includes(key));
      if (strange.length > 0) problems.push(`${job}, step ${index + 1}: ${strange.join(", ")}`);
      if ("uses" in step === "run" in step) problems.push(`${job}, step ${index + 1}: either uses or run`);
      if (typeof step.uses === "string" && !/^[\w-]+\/[\w-]+@v\d+$/.test(step.uses))
        problems.push(`${job}, step ${index + 1}: ${step.uses}`);
    }
  }
  return problems;
}

/** Lines that the steps of a workflow run. */
export function linesOf({ jobs }: Values): string[] {
  return Object.values(jobs as Readonly<Record<string, Values>>).flatMap(({ steps }) =>
    (steps as readonly Values[]).flatMap(({ run }) =>
      typeof run === "string" ? run.trim().split("\n") : [],
    ),
  );
}
