import type { Association, ListAssociationsRequest, ListAssociationsResult } from "@aws-sdk/client-ssm";
import { NotModelledError } from "../../base/errors.js";
import { page } from "../../base/page.js";
import { byText, type FilterTests, filterOf } from "../filters.js";

const tests: FilterTests<Association> = {
  Name: byText(({ Name }) => Name),
  AssociationId: byText(({ AssociationId }) => AssociationId),
  AssociationName: byText(({ AssociationName }) => AssociationName),
};

/** State Manager: which associations there are. None of them ever runs here. */
export class Associations {
  /** As other programs of the account have made them. */
  readonly all: Association[] = [];

  /** @throws NotModelledError for a filter that only the lab does not know */
  listAssociations(input: ListAssociationsRequest): ListAssociationsResult {
    const { AssociationFilterList = [] } = input;
    const odd = AssociationFilterList.find(({ key = "" }) => !Object.hasOwn(tests, key));
    if (odd !== undefined) throw new NotModelledError(`the filter ${odd.key} of ListAssociations`);
    const passes = filterOf(
      AssociationFilterList.map(({ key, value }) => ({
        Key: key,
        Values: value === undefined ? [] : [value],
      })),
      tests,
    );
    const { items, token } = page(this.all.filter(passes), input, 1, 50);
    return { Associations: [...items], ...token };
  }
}
