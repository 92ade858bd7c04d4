import type {
  DeletedObject,
  DeleteObjectOutput,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  ObjectIdentifier,
} from "@aws-sdk/client-s3";
import { AwsError, refuseOthers } from "../base/errors.js";
import { S3Error } from "./errors.js";

/** Most objects that one request deletes (API reference, DeleteObjects). */
const mostObjects = 1000;

/**
 * Deletes each object of a request on its own: what is refused of one stands in the answer, and the others go.
 *
 * @param deleteOne deletes one, or throws
 * @throws S3Error MalformedXML for none, and for more than a thousand
 */
export function deleteEach(
  { Delete: { Objects = [], Quiet = false } = { Objects: undefined } }: DeleteObjectsRequest,
  deleteOne: (object: ObjectIdentifier) => DeleteObjectOutput,
): DeleteObjectsOutput {
  if (Objects.length === 0 || Objects.length > mostObjects) throw new S3Error("MalformedXML");
  for (const object of Objects) refuseOthers("DeleteObjects", object, ["Key", "VersionId"]);
  const Deleted: DeletedObject[] = [];
  const Errors: NonNullable<DeleteObjectsOutput["Errors"]> = [];
  for (const object of Objects) {
    const { Key, VersionId } = object;
    try {
      const answer = deleteOne(object);
      const marker =
        answer.DeleteMarker === true ? { DeleteMarker: true, DeleteMarkerVersionId: answer.VersionId } : {};
      Deleted.push({ Key, VersionId, ...marker });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
    }
  }
  return { ...(Quiet ? {} : { Deleted }), Errors };
}
