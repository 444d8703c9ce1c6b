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
  const question = subject || "May this flow go on?";
  const facts = Object.entries(show ?? {}).map(([label, value]) => ({ label, value: readable(value) }));
  const asked = await wmill
    .askByMail({ account: gmail_auth.path, to: approver_emails, subject, question, message, facts, default_args, enums, description })
    .catch((e: any) => Promise.reject(named("approver_emails", e)));
  return { question, message, facts, default_args, enums, description, approvers: asked.to };
}

/** Text as people read it; structures as JSON. */
function readable(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The engine reads the addresses; what it says of them is told under the field's name. */
function named(field: string, e: any): Error {
  return e?.status === 400 ? new Error(`${field}: ${e.body}`) : e;
}
