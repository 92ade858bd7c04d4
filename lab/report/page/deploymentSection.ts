import { type Html, html, isolated } from "#shared/page/escape.js";
import { fold } from "#shared/page/fold.js";
import type { Section } from "#shared/page/section.js";
import { momentText, toMs } from "#shared/text/format.js";
import { changesText, deploymentText, failureText } from "../summary/deploymentFacts.js";
import type { Summary } from "../summary/summary.js";

type Deployment = Summary["deployments"][number];

function part(deployment: Deployment): Html {
  const { at, source, failure } = deployment;
  const changes = changesText(deployment);
  const stopped = failure === null ? null : html`<p>${isolated(failureText(failure))}</p>`;
  const list =
    changes.length === 0
      ? null
      : fold({
          title: "What was done, by kind",
          content: html`<ul>${changes.map((text) => html`<li>${isolated(text)}</li>`)}</ul>`,
          file: "summary.json",
        });
  return html`<h3>${isolated(source)}</h3><p class="note">${momentText(toMs(at))}: ${deploymentText(deployment)}</p>${stopped}${list}`;
}

/** What later configurations did to the stack; nothing where there was none. */
export function deploymentSection({ deployments }: Summary): Section | null {
  if (deployments.length === 0) return null;
  return {
    id: "deployments",
    title: "Deployed later",
    content: html`<p class="note">Each over what stood, as the engine goes about it: the first failure ends it, what is left over is deleted last. Each step is in summary.json.</p>
${deployments.map(part)}`,
  };
}
