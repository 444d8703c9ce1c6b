export async function main() {
  return "asked";
}