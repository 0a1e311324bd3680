/** What went wrong with a command, if anything did. */
export async function faultOf(command: Promise<unknown>): Promise<Error | undefined> {
  try {
    await command;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
