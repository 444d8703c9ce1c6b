import * as wmill from "windmill-client";

/** Asks inside the run: whoever runs the flow answers, no message is sent. */
export async function main(
  question: string = "",
  message: string = "",
  default_args: Record<string, unknown> = {},
  enums: Record<string, unknown[]> = {},
  description: unknown = "",
) {
  const links = await wmill.getResumeUrls("whoever runs this flow");
  return { ...links, question: question || "May this flow go on?", message, default_args, enums, description };
}
