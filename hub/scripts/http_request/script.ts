type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";

/** One HTTP request. An answer outside 200 to 299 is an error unless told otherwise. */
export async function main(
  url: string,
  method: Method = "GET",
  headers: Record<string, string> = {},
  body: unknown = null,
  timeout: number = 30,
  accept_any_status: boolean = false,
) {
  if (!url) throw new Error("url is empty. Enter an address that begins with http:// or https://. Nothing was sent.");
  if (!/^https?:\/\//i.test(String(url))) {
    throw new Error(`url: "${url}" does not begin with http:// or https://. Nothing was sent.`);
  }
  if (!(timeout > 0)) throw new Error("timeout: must be more than 0 seconds. Nothing was sent.");
  const sent: Record<string, string> = { ...(headers ?? {}) };
  const init: Record<string, unknown> = { method, headers: sent, signal: AbortSignal.timeout(timeout * 1000) };
  if (body !== null && body !== undefined && body !== "") {
    if (method === "GET" || method === "HEAD") throw new Error(`body: a ${method} request has none. Nothing was sent.`);
    const named = Object.keys(sent).some((name) => name.toLowerCase() === "content-type");
    if (typeof body === "string") {
      init.body = body;
    } else {
      init.body = JSON.stringify(body);
      if (!named) sent["Content-Type"] = "application/json";
    }
  }
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (err: any) {
    if (err?.name === "TimeoutError" || err?.name === "AbortError") {
      throw new Error(`${url} did not answer within ${timeout} seconds. It may have received the request.`);
    }
    throw new Error(`${url} could not be reached: ${err?.message ?? err}`);
  }
  const text = await response.text();
  if (!response.ok && !accept_any_status) {
    throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
  }
  let value: unknown = text;
  if ((response.headers.get("content-type") ?? "").includes("json") && text !== "") {
    try {
      value = JSON.parse(text);
    } catch {
      // It said JSON and is not: the text is the more useful answer.
    }
  }
  return { status: response.status, body: value };
}
