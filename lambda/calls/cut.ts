/** The beginning of a text, and how much of it is missing. */
export function cut(text: string, most = 2000): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`;
}
