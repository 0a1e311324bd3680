const encoder = new TextEncoder();

/** How many bytes a message from a server takes in a WebSocket, uncompressed: its text, and the frame's header (RFC 6455, 5.2). */
export function webSocketBytes(message: string): number {
  const length = encoder.encode(message).length;
  if (length < 126) return 2 + length;
  return (length < 65_536 ? 4 : 10) + length;
}
