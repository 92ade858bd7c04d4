import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import type { ProcessorState } from "../ports.js";

/** What the exclusion processor keeps in its bucket, and the processor itself. */
export class AwsProcessorState implements ProcessorState {
  constructor(
    private readonly s3: S3Client,
    private readonly lambda: LambdaClient,
    private readonly place: { readonly bucket: string; readonly functionArn: string },
  ) {}

  async read(key: string): Promise<string | undefined> {
    try {
      const found = await this.s3.send(new GetObjectCommand({ Bucket: this.place.bucket, Key: key }));
      return (await found.Body?.transformToString()) ?? "";
    } catch (error) {
      // The function may list the bucket, so S3 tells what is missing from what is forbidden.
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async ask(): Promise<void> {
    await this.lambda.send(
      new InvokeCommand({ FunctionName: this.place.functionArn, InvocationType: "Event", Payload: "{}" }),
    );
  }
}
