export function main(message: string) { console.error(message) }
