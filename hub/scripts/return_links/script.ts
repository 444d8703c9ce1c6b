import * as wmill from "windmill-client";

/** Makes one link per person and returns them: the next tool delivers them. */
export async function main(
  people: string | string[],
  question: string = "",
  message: string = "",
  default_args: Record<string, unknown> = {},
  enums: Record<string, unknown[]> = {},
  description: unknown = "",
) {
  const seen = new Set<string>();
  const names = (Array.isArray(people) ? people : [people])
    .flatMap((text) => String(text ?? "").split(/[,;\n\r]+/))
    .map((text) => text.trim())
    .filter((text) => text !== "" && !seen.has(text.toLowerCase()) && seen.add(text.toLowerCase()));
  if (names.length === 0) {
    throw new Error("people is empty: there is nobody to make a link for. Enter at least one name or address.");
  }
  const links = [];
  for (const person of names) {
    const urls = await wmill.getResumeUrls(person);
    links.push({ person, page: urls.approvalPage, resume: urls.resume, cancel: urls.cancel });
  }
  return { links, question: question || "May this flow go on?", message, default_args, enums, description };
}
