import { expect } from "chai";
import { modelOf, type ServiceName, serviceNames } from "#lab/aws/model/model.js";
import { services } from "#lab/endpoint/services/index.js";
import { size } from "#test/support/size.js";
import { type Answer, busyAccount, unknownShapes } from "./supportAccount.js";
import { type Known, type Message, Requests } from "./supportRequests.js";

/** What the model leaves to the services to refuse: members that only count together with others. */
const conditional = ({ Replace }: Message) => Replace === true;

/** Whether a request was refused for its form, though it has none but what the model allows. */
function isMisread({ code, message }: Answer, request: Message): boolean {
  if (code === "SerializationException" || code === "InvalidURI") return true;
  return /^\d+ validation errors? detected: /.test(message) && !conditional(request);
}

/** Whether an answer says that the service failed; 501 is S3's for a header that it takes, but not this value of it. */
function isFailure({ status, code }: Answer): boolean {
  return status >= 500 && code !== "NotImplemented";
}

/** Requests by the account's owner, who names nothing that would run a function. */
function requestsOf(service: ServiceName, operation: string, known: Known = {}): Requests {
  return new Requests(service, operation === "Invoke" ? {} : known);
}

/** Maps in forms are refused before anything else is looked at. */
const isModelled = (service: ServiceName, { MessageAttributes }: Message) =>
  service !== "sns" || MessageAttributes === undefined;

describe("the account's APIs", () => {
  for (const service of serviceNames) {
    it(`have a handler for each operation of ${service}, and no other`, () => {
      expect(Object.keys(services[service])).to.have.members(Object.keys(modelOf(service).operations));
    });

    for (const operation of Object.keys(modelOf(service).operations)) {
      it(`take ${service}:${operation} as the model says`, async () => {
        const { ask, known } = await busyAccount();
        const requests = requestsOf(service, operation, known[service]);
        let refused = 0;
        for (const { message, path, constraint } of requests.broken(operation, size(10, 250))) {
          const answer = isModelled(service, message) ? await ask(service, operation, message) : undefined;
          // A path without one of its parts is another request.
          if (answer === undefined) continue;
          const told = `${answer.status} ${answer.body} to ${JSON.stringify(message)}`;
          refused++;
          expect(answer.status, told).to.equal(400);
          if (modelOf(service).operations[operation]?.http.method === "HEAD") continue;
          expect(answer.code, told).to.equal("ValidationException");
          expect(answer.message, told).to.match(/^1 validation error detected: Value /);
          expect(answer.message, told).to.contain(
            ` at '${path}' failed to satisfy constraint: ${constraint}`,
          );
        }
        const count = size(10, Math.max(250, 500 - refused));
        const valid = requests.valid(operation, service === "sns" ? 2 * count : count);
        let succeeded = 0;
        for (const message of valid.filter((one) => isModelled(service, one))) {
          const answer = await ask(service, operation, message);
          if (answer === undefined) throw new Error(`cannot write ${JSON.stringify(message)}`);
          const told = `${answer.status} ${answer.body} to ${JSON.stringify(message)}`;
          expect(isMisread(answer, message) || isFailure(answer), told).to.equal(false);
          if (answer.status < 300) succeeded++;
        }
        // Of few requests all may name what is not there.
        if (operation !== "Invoke") expect(succeeded, "requests that succeed").to.be.at.least(size(0, 1));
      });
    }
  }

  it("give the same answers to the same requests", async () => {
    const answers = async () => {
      const { ask, known } = await busyAccount();
      const given: (Answer | undefined)[] = [];
      for (const service of serviceNames) {
        for (const operation of Object.keys(modelOf(service).operations)) {
          for (const message of requestsOf(service, operation, known[service]).valid(operation, 3)) {
            given.push(await ask(service, operation, message));
          }
        }
      }
      return given;
    };
    expect(await answers()).to.deep.equal(await answers());
  });

  it("are asked about what the model has", async () => {
    expect(unknownShapes((await busyAccount()).known)).to.deep.equal([]);
  });
});
