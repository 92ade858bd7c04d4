import { AwsError } from "../base/errors.js";

/** Status and message of S3's errors, by their code. */
const errors = {
  AccessDenied: [403, "Access Denied"],
  BadRequest: [400, "Object tags cannot be greater than 10"],
  BadDigest: [400, "The Content-MD5 you specified did not match what we received."],
  BucketAlreadyOwnedByYou: [
    409,
    "Your previous request to create the named bucket succeeded and you already own it.",
  ],
  BucketNotEmpty: [409, "The bucket you tried to delete is not empty"],
  InvalidArgument: [400, "Invalid Argument"],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  InvalidRange: [416, "The requested range is not satisfiable"],
  InvalidRequest: [400, "Invalid Request"],
  InvalidTag: [400, "The tag provided was not a valid tag."],
  KeyTooLongError: [400, "Your key is too long"],
  MalformedXML: [
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  ],
  MetadataTooLarge: [400, "Your metadata headers exceed the maximum allowed metadata size"],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  NoSuchBucket: [404, "The specified bucket does not exist"],
  NoSuchBucketPolicy: [404, "The bucket policy does not exist"],
  NoSuchKey: [404, "The specified key does not exist."],
  NoSuchVersion: [404, "The specified version does not exist."],
  NotImplemented: [501, "A header you provided implies functionality that is not implemented"],
  NotModified: [304, "Not Modified"],
  PermanentRedirect: [
    301,
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
  ],
  PreconditionFailed: [412, "At least one of the pre-conditions you specified did not hold"],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>;

/** An error of S3; clients read parts of some in the headers of the response, the only ones that HEAD has. */
export class S3Error extends AwsError {
  constructor(
    code: keyof typeof errors,
    {
      message = errors[code][1],
      headers = {},
    }: { readonly message?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(code, message, errors[code][0]);
    this.headers = headers;
  }

  override readonly headers: Readonly<Record<string, string>>;
}

/** What S3 answers to an argument that it cannot use. */
export function invalidArgument(message: string): S3Error {
  return new S3Error("InvalidArgument", { message });
}
