import { modelOf, namedAs, requestShape, shapeOf } from "#lab/aws/model/model.js";
import { wordsOf } from "../docs/pages.js";
import type { Patient } from "./doctorSupport.js";

const pascal = (word: string) => word.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Does in the lab what lines of the AWS CLI say, one after the other. */
export async function perform(patient: Patient, lines: string): Promise<void> {
  for (const line of lines.split(/;\s*/)) {
    const [program, service = "", name = "", ...words] = wordsOf(line);
    const known = namedAs(service);
    if (program !== "aws" || known === undefined) throw new Error(`${line} is no command that the lab takes`);
    const model = modelOf(known);
    const operation = pascal(name);
    const { members = {} } = shapeOf(model, requestShape(model, operation));
    const input: Record<string, unknown> = {};
    let region: string | undefined;
    for (let at = 0; at < words.length; at++) {
      const option = (words[at] ?? "").replace(/^--/, "");
      if (option === "region") {
        region = words[++at];
        continue;
      }
      const isOff = option.startsWith("no-");
      const member = pascal(isOff ? option.slice(3) : option);
      const shape = members[member]?.shape;
      if (shape === undefined) throw new Error(`${line}: ${operation} has no ${member}`);
      const { type } = shapeOf(model, shape);
      if (type === "boolean") input[member] = !isOff;
      else input[member] = type === "list" ? [words[++at]] : words[++at];
    }
    await patient.call(service, operation, input, region);
  }
}
