import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { CannotRun, given } from "#shared/terminal/terminal.js";
import { reasonOf } from "#shared/text/words.js";

const projectFile = z.object({
  name: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
});
const stackFile = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

/** The files of a stack. */
export interface StackFiles {
  readonly stack: string;
  readonly project: z.infer<typeof projectFile>;
  readonly own: z.infer<typeof stackFile>;
}

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml`.
 *
 * @throws CannotRun when there is no such stack, or a file cannot be read
 */
export function readStackFiles(root: string, stack: string): StackFiles {
  if (!/^[A-Za-z0-9._-]{1,100}$/.test(stack)) {
    throw new CannotRun(
      `--stack: got ${given(stack)}; allowed are letters, digits and . _ - in the name of a stack.`,
    );
  }
  const project = read(join(root, "Pulumi.yaml"), projectFile);
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const stacks = readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new CannotRun(
      `--stack: there is no Pulumi.${stack}.yaml; there is one for ${stacks.sort().join(", ")}.`,
    );
  }
  return { stack, project, own: read(file, stackFile) };
}

/** Who owns what the stack's processor makes: `<project>/<stack>`. */
export function ownerOf({ stack, project }: StackFiles): string {
  return `${project.name}/${stack}`;
}

function read<T>(path: string, shape: z.ZodType<T>): T {
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CannotRun(`${path} cannot be read: ${reasonOf(error)}`);
  }
  const parsed = shape.safeParse(content ?? {});
  if (!parsed.success) throw new CannotRun(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
