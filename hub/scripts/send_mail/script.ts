import * as wmill from "windmill-client";

type Gmail = { token: string; path?: string; email?: string };

/** Puts one plain mail per address into the outbox. */
export async function main(gmail_auth: Gmail, to: string | string[], subject: string, text: string) {
  if (!gmail_auth || typeof gmail_auth !== "object" || !gmail_auth.path) {
    throw new Error(
      "gmail_auth does not name a Gmail account of this computer. Choose one under gmail_auth, or add one under Resources, gmail. No mail was sent.",
    );
  }
  const seen = new Set<string>();
  const people = (Array.isArray(to) ? to : [to])
    .flatMap((part) => String(part ?? "").split(/[,;\n\r]+/))
    .map((part) => part.trim())
    .filter((part) => part !== "" && !seen.has(part.toLowerCase()) && seen.add(part.toLowerCase()));
  if (people.length === 0) throw new Error("to is empty: enter at least one address. No mail was sent.");
  for (const part of people) {
    if (!/^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+\.[^\s@<>"(),:;\\[\].]+$/.test(part)) {
      throw new Error(`to: "${part}" is not an e-mail address. No mail was sent.`);
    }
  }
  await wmill.sendMail({ account: gmail_auth.path, to: people, subject: subject ?? "", text: text ?? "" });
  return { to: people, subject: subject ?? "" };
}
