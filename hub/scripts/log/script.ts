/** Writes a line to the log of the step and passes the value on. */
export async function main(value: unknown, label: string = "") {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  console.log(label ? `${label}: ${text}` : text);
  return value ?? null;
}
