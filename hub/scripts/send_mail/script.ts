import * as wmill from "windmill-client";

type Gmail = { token: string; path?: string; email?: string };

/** Puts one plain mail per address into the outbox. */
export async function main(gmail_auth: Gmail, to: string | string[], subject: string, text: string) {
  if (!gmail_auth || typeof gmail_auth !== "object" || !gmail_auth.path) {
    throw new Error(
      "gmail_auth does not name a Gmail account of this computer. Choose one under gmail_auth, or add one under Resources, gmail. No mail was sent.",
    );
  }
  const sent = await wmill
    .sendMail({ account: gmail_auth.path, to, subject: subject ?? "", text: text ?? "" })
    .catch((e: any) => Promise.reject(named("to", e)));
  return { to: sent.to, subject: subject ?? "" };
}

/** The engine reads the addresses; what it says of them is told under the field's name. */
function named(field: string, e: any): Error {
  return e?.status === 400 ? new Error(`${field}: ${e.body}`) : e;
}
