/** What the function does, in AWS: the program for people finds the function by how it begins. */
export function descriptionOf(deployment: string): string {
  return `Rotates the InfluxDB tokens of ${deployment}`;
}
