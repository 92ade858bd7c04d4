/** Whether an id is that of a hybrid node, which EC2 does not know. */
export function isHybrid(id: string): boolean {
  return id.startsWith("mi-");
}
