import * as wmill from "windmill-client";

type Gmail = { token: string; path?: string; email?: string };

/** Mails every approver a personal link to the approval page of this run. */
export async function main(
  gmail_auth: Gmail,
  approver_emails: string | string[],
  subject: string = "",
  message: string = "",
  show: Record<string, unknown> = {},
  default_args: Record<string, unknown> = {},
  enums: Record<string, unknown[]> = {},
  description: unknown = "",
) {
  if (!gmail_auth || typeof gmail_auth !== "object" || !gmail_auth.path) {
    throw new Error(
      "gmail_auth does not name a Gmail account of this computer. Choose one under gmail_auth, or add one under Resources, gmail. No mail was sent.",
    );
  }
  const approvers = addresses(approver_emails);
  const question = subject || "May this flow go on?";
  const facts = Object.entries(show ?? {}).map(([label, value]) => ({ label, value: readable(value) }));
  await wmill.askByMail({
    account: gmail_auth.path,
    to: approvers,
    subject,
    question,
    message,
    facts,
    default_args,
    enums,
    description,
  });
  return { question, message, facts, default_args, enums, description, approvers };
}

/** One address per person, whatever the separators; refuses what is no address. */
function addresses(given: string | string[]): string[] {
  const parts = (Array.isArray(given) ? given : [given])
    .flatMap((text) => String(text ?? "").split(/[,;\n\r]+/))
    .map((text) => text.trim())
    .filter((text) => text !== "");
  const seen = new Set<string>();
  const people: string[] = [];
  for (const part of parts) {
    if (!/^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+\.[^\s@<>"(),:;\\[\].]+$/.test(part)) {
      throw new Error(`approver_emails: "${part}" is not an e-mail address. No mail was sent.`);
    }
    const key = part.toLowerCase();
    if (!seen.has(key)) {
      seen.add(key);
      people.push(part);
    }
  }
  if (people.length === 0) {
    throw new Error("approver_emails is empty: nobody would be asked. Enter at least one address.");
  }
  return people;
}

/** Text as people read it; structures as JSON. */
function readable(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
